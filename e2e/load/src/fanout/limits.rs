//! What must be out of the way of thousands of clients that all come from this machine.

use anyhow::ensure;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// As many as one address has ports for.
const CLIENTS_MAX: usize = 25_000;
/// Descriptors that a server needs besides those of its connections.
const DESCRIPTORS_BESIDES: usize = 400;

/// Settings of the server.
#[must_use]
pub fn settings(clients: usize) -> [(&'static str, usize); 4] {
    let connections = connections(clients);
    [
        ("LIMITS__LIVE_MAX", clients + 100),
        ("LIMITS__LIVE_PER_ADDRESS", clients),
        ("LIMITS__CONNECTIONS_MAX", connections),
        ("LIMITS__CONNECTIONS_PER_ADDRESS", connections),
    ]
}

/// One address may have 80 % of all connections.
fn connections(clients: usize) -> usize {
    clients + clients / 3 + 100
}

/// Raises the limit on open files of this program, and so of those that it starts, as far as it may.
///
/// # Errors
/// When that does not suffice for so many clients.
pub fn make_room(clients: usize) -> anyhow::Result<()> {
    ensure!(
        (1..=CLIENTS_MAX).contains(&clients),
        "--clients must be 1 to {CLIENTS_MAX}"
    );
    let before = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: before.maximum,
        maximum: before.maximum,
    };
    // Where it fails, the limit that there is may suffice.
    setrlimit(Resource::Nofile, most).ok();
    let limit = getrlimit(Resource::Nofile).current;
    let needed = u64::try_from(connections(clients) + DESCRIPTORS_BESIDES)?;
    ensure!(
        limit.is_none_or(|limit| limit >= needed),
        "{clients} clients need {needed} open files in one process, and the limit is {}: raise it \
         (`ulimit -Hn`), or have fewer --clients",
        limit.unwrap_or_default()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_of_one_address_have_room() {
        for clients in [1, 40, 10_000, CLIENTS_MAX] {
            assert!(connections(clients) * 80 / 100 >= clients + 50);
        }
        assert!(make_room(CLIENTS_MAX + 1).is_err());
        assert!(make_room(0).is_err());
    }
}
