//! Addresses of endpoints: path segments and parameters, percent-encoded.

use std::fmt::Display;

use crate::address::encode;

/// The path and the query of an endpoint.
#[derive(Debug)]
pub(super) struct Address(String);

impl Address {
    /// The path made of these segments, under the API's prefix.
    pub(super) fn new<const N: usize>(segments: [&str; N]) -> Self {
        let mut path = super::PREFIX.to_owned();
        for segment in segments {
            path.push('/');
            path.push_str(&encode(segment));
        }
        Self(path)
    }

    /// The address with one parameter more, when it has a value.
    pub(super) fn with(mut self, name: &str, value: Option<impl Display>) -> Self {
        if let Some(value) = value {
            self.0.push(if self.0.contains('?') { '&' } else { '?' });
            self.0.push_str(name);
            self.0.push('=');
            self.0.push_str(&encode(&value.to_string()));
        }
        self
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_player_types_cannot_change_an_address() {
        let address = Address::new(["games", "open", "instruments", "../me?x"])
            .with("query", Some("a&b=ü"))
            .with("page", None::<u32>)
            .with("per_page", Some(20));
        assert_eq!(
            address.into_string(),
            "/api/v1/games/open/instruments/..%2Fme%3Fx?query=a%26b%3D%C3%BC&per_page=20"
        );
    }
}
