//! How types with a text form are serialized: as strictly parsed strings in JSON; as numbers or
//! bytes in the compact encoding of the ledger.

/// A text as quoted in a message; a long one is shortened to its beginning and its length.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

/// How many characters of a text are shown.
const SHOWN_MAX: usize = 40;

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let characters = self.0.chars().count();
        if characters <= SHOWN_MAX {
            return write!(f, "\"{}\"", self.0);
        }
        write!(f, "\"{:.SHOWN_MAX$}…\" ({characters} characters)", self.0)
    }
}

/// Implements `Serialize`, `Deserialize` and the OpenAPI schema of a type through its `Display` and
/// `FromStr`; the pattern is for readers who only see the schema.
macro_rules! as_string {
    ($name:ident, $expecting:expr, $pattern:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::read_text!($name, $expecting, deserializer)
            }
        }

        $crate::wire::text_schema!($name, $expecting, $pattern);
    };
}

/// [`as_string`] for a type that a compact encoding writes as something shorter, through `From` in
/// both directions.
macro_rules! as_text_or {
    ($name:ident, $expecting:expr, $pattern:expr, $compact:ty, $into:expr, $from:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    let into: fn(&$name) -> $compact = $into;
                    into(self).serialize(serializer)
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    $crate::wire::read_text!($name, $expecting, deserializer)
                } else {
                    let from: fn($compact) -> $name = $from;
                    <$compact>::deserialize(deserializer).map(from)
                }
            }
        }

        $crate::wire::text_schema!($name, $expecting, $pattern);
    };
}

/// [`as_text_or`] for a wrapper of bytes.
macro_rules! as_text_or_bytes {
    ($name:ident, $expecting:expr, $pattern:expr, $bytes:ty) => {
        $crate::wire::as_text_or!($name, $expecting, $pattern, $bytes, |value| value.0, $name);
    };
}

/// Parses a text through `FromStr`.
macro_rules! read_text {
    ($name:ident, $expecting:expr, $deserializer:expr) => {{
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = $name;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($expecting)
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                text.parse().map_err(|error| {
                    E::custom(format_args!("{} {error}", $crate::wire::Shown(text)))
                })
            }
        }
        $deserializer.deserialize_str(Text)
    }};
}

/// The OpenAPI schema of a type written as text.
macro_rules! text_schema {
    ($name:ident, $expecting:expr, $pattern:expr) => {
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some($expecting))
                    .pattern(Some($pattern))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

pub(crate) use {as_string, as_text_or, as_text_or_bytes, read_text, text_schema};

#[cfg(test)]
mod tests {
    use crate::{IdempotencyKey, Price};

    #[test]
    fn a_long_text_is_shown_with_its_length() {
        let said = |length: usize| {
            let text = serde_json::Value::from("k".repeat(length));
            serde_json::from_value::<IdempotencyKey>(text)
                .err()
                .map(|error| error.to_string())
        };
        assert_eq!(said(64), None);
        let expected = format!(
            "\"{}…\" (65 characters) is not 8 to 64 letters, digits, '-' or '_'",
            "k".repeat(40)
        );
        assert_eq!(said(65), Some(expected));
        let error = serde_json::from_str::<Price>("\"1,5\"").map_err(|error| error.to_string());
        assert!(
            error.is_err_and(
                |said| said.starts_with("\"1,5\" is not a decimal number such as 12.34")
            )
        );
    }
}
