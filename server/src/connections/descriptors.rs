//! File descriptors: each connection takes one.

use super::PLACES_BESIDES;

/// Descriptors for what is neither a connection nor counted by the caller: the log, the listener,
/// database files, a file that is being read.
const OTHERS: usize = 128;

/// Raises this process's limit as far as it may, and tells the limit; none where there is no limit, or
/// none that we know of.
#[must_use]
pub fn raise() -> Option<usize> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let before = getrlimit(Resource::Nofile);
        let wanted = Rlimit {
            current: before.maximum,
            maximum: before.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, wanted) {
            tracing::warn!(%error, "the limit on open files could not be raised");
        }
        let limit = getrlimit(Resource::Nofile).current?;
        usize::try_from(limit).ok()
    }
    #[cfg(not(unix))]
    None
}

/// Connections that there can be: as many as are `wanted`, or fewer if the descriptors do not suffice
/// for these and the `databases`' connections.
#[must_use]
pub fn connections_max(wanted: usize, descriptors: Option<usize>, databases: usize) -> usize {
    let Some(descriptors) = descriptors else {
        return wanted;
    };
    let besides = OTHERS + PLACES_BESIDES + databases;
    // Where there are hardly any, connections get a half.
    let possible = descriptors.saturating_sub(besides).max(descriptors / 2);
    if possible < wanted {
        tracing::warn!(
            descriptors,
            connections = possible,
            "the limit on open files allows fewer connections than limits.connections_max: raise it \
             (`ulimit -n`, `LimitNOFILE=`)"
        );
    }
    wanted.min(possible).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_to_the_database() {
        assert_eq!(connections_max(12_000, None, 24), 12_000);
        assert_eq!(connections_max(12_000, Some(20_000), 24), 12_000);
        assert_eq!(connections_max(12_000, Some(1_024), 24), 1_024 - 232);
        assert_eq!(connections_max(12_000, Some(64), 24), 32);
    }
}
