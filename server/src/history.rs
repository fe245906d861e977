//! The history of a player's log-ins and rights: one line in the security log, one entry for the player.

use std::net::IpAddr;

use domain::PlayerId;

use crate::app::{App, random_id};
use crate::client::Device;
use crate::network::network_of;
use crate::security::record;
use crate::store::protection::LoginRecord;

/// Logs an event and adds it to the player's history. A history that cannot be written keeps nobody out.
pub async fn note(app: &App, event: &'static str, player: PlayerId, device: &Device) {
    record(event, Some(player), device.address);
    let login = LoginRecord {
        player,
        at: app.clock.now(),
        id: random_id(),
        event: event.to_owned(),
        device: device.name.clone(),
        network: device.address.map(masked),
    };
    if let Err(error) = app.store.record_login(&login).await {
        tracing::warn!(%error, event, "a history of log-ins could not be written");
    }
}

/// Enough for the player to know the place again, and too little to find a device.
fn masked(address: IpAddr) -> String {
    match network_of(address) {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.x")
        }
        IpAddr::V6(network) => format!("{network}/64"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_an_address_is_not_kept() {
        for (address, kept) in [
            ("203.0.113.77", "203.0.113.x"),
            ("::ffff:203.0.113.77", "203.0.113.x"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(masked(address.parse().unwrap()), kept);
        }
    }
}
