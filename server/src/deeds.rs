//! Records what players do that no ledger shows: pages read, players followed, shares held overnight.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::progress::Deed;
use domain::{AwardCause, Day, PlayerId, Symbol};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::engine::AwardRequest;
use crate::zones;

/// Deeds recorded at once. Any more are dropped: the player can do them again.
const AT_ONCE: usize = 64;
/// Deeds remembered, so that opening a page again sends nothing to the engine.
const KNOWN_MAX: usize = 100_000;

/// The deeds recorded lately.
#[derive(Debug)]
pub struct Deeds {
    known: Mutex<HashSet<(PlayerId, String)>>,
    places: Arc<Semaphore>,
}

impl Default for Deeds {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Deeds {
    /// Remembers a deed of an hour; false when it is known. The engine decides whether a deed counts; this
    /// only saves asking it again.
    fn is_new(&self, player: PlayerId, deed: &Deed, hour: i64) -> bool {
        let mut known = self.known();
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(name(player, deed, hour))
    }

    fn known(&self) -> MutexGuard<'_, HashSet<(PlayerId, String)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name(player: PlayerId, deed: &Deed, hour: i64) -> (PlayerId, String) {
    let day = Day::from_number(i32::try_from(hour / 24).unwrap_or_default());
    (player, format!("{hour}:{}", deed.key(day)))
}

/// Records a purchase as one after reading, if this server has shown the player the instrument's page in
/// this hour or the one before. Every purchase on a page comes after it, so the store need not be asked.
pub fn tell_bought(app: &App, player: PlayerId, symbol: Symbol) {
    let hour = app.clock.now().seconds().div_euclid(3_600);
    let read = Deed::ReadInstrument { symbol };
    let has_read = {
        let known = app.deeds.known();
        [hour, hour - 1].map(|hour| known.contains(&name(player, &read, hour)))
    };
    if has_read.contains(&true) {
        tell(app, player, Deed::BoughtAfterReading { symbol });
    }
}

/// Records a deed in the background.
pub fn tell(app: &App, player: PlayerId, deed: Deed) {
    let hour = app.clock.now().seconds().div_euclid(3_600);
    if !app.deeds.is_new(player, &deed, hour) {
        return;
    }
    let Ok(place) = Arc::clone(&app.deeds.places).try_acquire_owned() else {
        return;
    };
    let app = App::clone(app);
    tokio::spawn(async move {
        if let Err(error) = record(&app, player, deed).await {
            tracing::warn!(%player, error = %format_args!("{error:#}"), "a deed was not recorded");
        }
        drop(place);
    });
}

/// Records a deed, through the player's account in the open league.
///
/// # Errors
/// When the store or the engine fails.
pub async fn record(app: &App, player: PlayerId, deed: Deed) -> anyhow::Result<()> {
    let Some(record) = app.store.find_player(player).await? else {
        return Ok(());
    };
    let day = zones::local_day(record.progress.zone.as_deref(), app.clock.now());
    let (account, game) = app.in_open_league(player)?;
    let context = app.context_of(&game).await?;
    let cause = AwardCause::Did { deed, day };
    let asked = AwardRequest { xp: 0, cause };
    app.engine.award(account, asked, context).await?;
    Ok(())
}
