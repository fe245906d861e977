//! The open price alerts of all players, and the effect of a price on an alert.

use std::collections::BTreeMap;

use domain::{GameId, PlayerId, Price, Timestamp};

use crate::store::{AlertRecord, AlertState};

/// The effect of a price on an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// The alert after it.
    pub(super) after: AlertRecord,
    /// Whether its player is notified.
    pub(super) tells: bool,
}

/// The effect of a price on an alert. `None` if there is none.
pub(super) fn step(alert: &AlertRecord, price: Price, now: Timestamp) -> Option<Step> {
    let holds = alert.side.holds(alert.price, price);
    match (alert.state, holds) {
        (AlertState::Waiting, true) => Some(Step {
            after: AlertRecord {
                state: if alert.repeats {
                    AlertState::Told
                } else {
                    AlertState::Ended
                },
                times: alert.times.saturating_add(1),
                told_at: Some(now),
                ..alert.clone()
            },
            tells: true,
        }),
        // A price exactly on the line has not moved back.
        (AlertState::Told, false) => Some(Step {
            after: AlertRecord {
                state: AlertState::Waiting,
                ..alert.clone()
            },
            tells: false,
        }),
        (AlertState::Waiting, false) | (AlertState::Told, true) | (AlertState::Ended, _) => None,
    }
}

/// Open alerts, by game.
#[derive(Debug, Default)]
pub(super) struct AlertBook {
    games: BTreeMap<GameId, BTreeMap<(PlayerId, i64), AlertRecord>>,
}

impl AlertBook {
    /// Replaces what was known.
    pub(super) fn replace(&mut self, alerts: Vec<AlertRecord>) {
        self.games.clear();
        alerts.into_iter().for_each(|alert| self.put(alert));
    }

    pub(super) fn put(&mut self, alert: AlertRecord) {
        let key = (alert.player, alert.id);
        let of_game = self.games.entry(alert.game).or_default();
        if alert.state == AlertState::Ended {
            of_game.remove(&key);
        } else {
            of_game.insert(key, alert);
        }
    }

    pub(super) fn remove(&mut self, alert: &AlertRecord) {
        if let Some(of_game) = self.games.get_mut(&alert.game) {
            of_game.remove(&(alert.player, alert.id));
        }
    }

    /// The games with waiting alerts.
    pub(super) fn games(&self) -> Vec<GameId> {
        let waited = self.games.iter().filter(|(_, alerts)| !alerts.is_empty());
        waited.map(|(game, _)| *game).collect()
    }

    pub(super) fn of_game(&self, game: GameId) -> impl Iterator<Item = &AlertRecord> {
        self.games.get(&game).into_iter().flat_map(BTreeMap::values)
    }
}

#[cfg(test)]
mod tests {
    use domain::InstrumentId;
    use domain::api::AlertSide;

    use super::*;

    fn alert(side: AlertSide, repeats: bool) -> AlertRecord {
        AlertRecord {
            player: PlayerId(1),
            id: 2,
            game: GameId(1),
            instrument: InstrumentId(3),
            side,
            price: "10".parse().unwrap(),
            repeats,
            state: AlertState::Waiting,
            times: 0,
            created_at: Timestamp::from_seconds(1),
            told_at: None,
        }
    }

    /// How often an alert fires while the price goes through these.
    fn told(mut alert: AlertRecord, prices: &[&str]) -> (Vec<usize>, AlertState) {
        let mut told = Vec::new();
        for (place, price) in prices.iter().enumerate() {
            let now = Timestamp::from_seconds(9);
            if let Some(step) = step(&alert, price.parse().unwrap(), now) {
                if step.tells {
                    told.push(place);
                }
                alert = step.after;
            }
        }
        (told, alert.state)
    }

    #[test]
    fn an_alert_tells_once_or_each_time_that_the_price_comes_back() {
        let prices = ["9", "10", "11", "10", "9.99", "12", "8"];
        let once = told(alert(AlertSide::Above, false), &prices);
        assert_eq!(once, (vec![1], AlertState::Ended));
        let each = told(alert(AlertSide::Above, true), &prices);
        assert_eq!(each, (vec![1, 5], AlertState::Waiting));
        let below = told(alert(AlertSide::Below, true), &prices);
        assert_eq!(below, (vec![0, 3, 6], AlertState::Told));
    }
}
