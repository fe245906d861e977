//! Reads the settings: defaults, then a file, then the environment, each over the one before.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};

use super::{Config, DatabaseKind, InvalidConfig};

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "tickerquest.toml";
/// What the names of settings in the environment begin with.
const PREFIX: &str = "TICKERQUEST_";

/// Why there are no settings to start with.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named is not there.
    #[error("there is no settings file {}", .0.display())]
    NoFile(PathBuf),
    /// A setting is unknown or of the wrong kind.
    #[error(transparent)]
    Unreadable(#[from] Box<figment::Error>),
    /// Settings that cannot be worked with.
    #[error(transparent)]
    Invalid(#[from] InvalidConfig),
}

impl DatabaseKind {
    /// That of an address.
    pub(super) fn of(url: &str) -> Option<Self> {
        match url.trim_start().split_once(':')?.0 {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }
}

impl Config {
    /// The settings of this process: `file`, or `tickerquest.toml` in the working directory if
    /// there is one; over it `TICKERQUEST_*` (`TICKERQUEST_MARKETS__TICK_MS=500`) and
    /// `DATABASE_URL` and `REDIS_URL` of the environment.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the setting.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(missing) = file.filter(|file| !file.is_file()) {
            return Err(ConfigError::NoFile(missing.to_owned()));
        }
        let file = file.or(Some(Path::new(DEFAULT_FILE)).filter(|file| file.is_file()));
        let toml = file.map_or_else(Figment::new, |file| Figment::from(Toml::file_exact(file)));
        let config: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(toml)
            .merge(Env::raw().only(&["DATABASE_URL", "REDIS_URL"]))
            .merge(Env::prefixed(PREFIX).split("__"))
            .extract()
            .map_err(Box::new)?;
        config.check()?;
        Ok(config)
    }

    /// Which database the address names; none for a scheme that we do not know.
    #[must_use]
    pub fn database_kind(&self) -> Option<DatabaseKind> {
        match &self.database_url {
            None => Some(DatabaseKind::Sqlite),
            Some(url) => DatabaseKind::of(url),
        }
    }

    /// The database without its password.
    #[must_use]
    pub fn database_name(&self) -> String {
        address_name(&self.database())
    }

    /// The database: what is set, or the path of a SQLite file in the data folder.
    #[must_use]
    pub fn database(&self) -> String {
        let file = || self.data_dir.join("tickerquest.db").display().to_string();
        self.database_url.clone().unwrap_or_else(file)
    }
}

/// An address without its password, wherever it is.
fn address_name(address: &str) -> String {
    let name = match address.split_once("://").zip(address.rsplit_once('@')) {
        Some(((scheme, _), (_, place))) => format!("{scheme}://{place}"),
        None => address.to_owned(),
    };
    let Some((place, parameters)) = name.split_once('?') else {
        return name;
    };
    let mut told: Vec<_> = parameters.split('&').collect();
    told.retain(|parameter| !parameter.starts_with("password="));
    if told.is_empty() {
        return place.to_owned();
    }
    format!("{place}?{}", told.join("&"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;

    /// The settings in a value, by their full names.
    fn collect(name: &str, value: Value, settings: &mut BTreeMap<String, Value>) {
        let Value::Object(fields) = value else {
            settings.insert(name.to_owned(), value);
            return;
        };
        for (field, value) in fields {
            let full = format!("{name}.{field}");
            collect(full.trim_start_matches('.'), value, settings);
        }
    }

    #[test]
    fn every_setting_is_documented_with_its_default_and_no_other() {
        let mut settings = BTreeMap::new();
        let defaults = serde_json::to_value(Config::default()).unwrap();
        collect("", defaults, &mut settings);
        let mut documented = BTreeMap::new();
        for line in include_str!("../../../docs/settings.md").lines() {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let (Some(name), Some(default)) = (cells.next(), cells.next()) else {
                continue;
            };
            let Some(name) = name.strip_prefix('`') else {
                continue;
            };
            let default = match default {
                "none" => Value::Null,
                written => serde_json::from_str(written.trim_matches('`')).unwrap(),
            };
            documented.insert(name.trim_end_matches('`').to_owned(), default);
        }
        assert_eq!(documented, settings);
    }

    #[test]
    fn what_is_wrong_is_said_once() {
        let wrong = figment::Error::from("unknown field: found `limitz`".to_owned());
        let error = ConfigError::from(Box::new(wrong));
        let told = format!("{:#}", anyhow::Error::new(error));
        assert_eq!(told.matches("limitz").count(), 1, "{told}");
    }
}
