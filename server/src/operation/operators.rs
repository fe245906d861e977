//! `tickerquest operator`: who may open the operator's page, and a way back for a player who is locked out.

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::audit::note_command;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::players::links::Link;
use crate::seal::Seal;
use crate::security::{
    OPERATOR_GRANTED, OPERATOR_REVOKED, RESET_LINK_MADE, SECOND_FACTOR_REMOVED, record,
};
use crate::store::protection::LinkPurpose;
use crate::store::{PlayerRecord, Store};

/// Operators that are listed.
const LIST_MAX: u32 = 1_000;

/// What is to be done.
#[derive(Debug, Clone, Subcommand)]
pub enum OperatorCommand {
    /// Lets a registered player open the operator's page.
    Grant {
        /// The player's handle.
        handle: String,
    },
    /// Takes that right away.
    Revoke {
        /// The player's handle.
        handle: String,
    },
    /// Lists the operators.
    List,
    /// Prints a link, good for 30 minutes and once, by which a player chooses a new password. Hand it to
    /// nobody else.
    ResetLink {
        /// The player's handle.
        handle: String,
    },
    /// Turns the second factor of a player off who has lost the device and the recovery codes.
    RemoveSecondFactor {
        /// The player's handle.
        handle: String,
    },
}

impl OperatorCommand {
    /// What the logs call it; none for what changes nothing.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::Grant { .. } => Some("operator grant"),
            Self::Revoke { .. } => Some("operator revoke"),
            Self::ResetLink { .. } => Some("operator reset-link"),
            Self::RemoveSecondFactor { .. } => Some("operator remove-second-factor"),
            Self::List => None,
        }
    }
}

/// Does it on the database of the settings, and prints what there is to say.
///
/// # Errors
/// When the database fails, or there is no such player.
pub async fn run_on_database(config: &Config, command: &OperatorCommand) -> anyhow::Result<()> {
    let store = crate::open_existing_store(config).await?;
    let clock = SystemClock::start();
    let done = run(&*store, command, &clock, |line| println!("{line}")).await;
    store.close().await;
    done
}

/// Does it, and says each line.
///
/// # Errors
/// As [`run_on_database`].
pub async fn run(
    store: &dyn Store,
    command: &OperatorCommand,
    clock: &SystemClock,
    mut say: impl FnMut(&str),
) -> anyhow::Result<()> {
    let handle = match command {
        OperatorCommand::List => return list(store, say).await,
        OperatorCommand::Grant { handle }
        | OperatorCommand::Revoke { handle }
        | OperatorCommand::ResetLink { handle }
        | OperatorCommand::RemoveSecondFactor { handle } => handle,
    };
    let player = find(store, handle).await?;
    let handle = &player.handle;
    let event = match command {
        OperatorCommand::Grant { .. } => {
            if player.is_guest() {
                bail!("{handle} is a guest, and an operator needs a password");
            }
            store.grant_operator(player.id, clock.now()).await?;
            // Whoever has noted a player's token must not hold an operator's.
            store.delete_sessions(player.id, None).await?;
            say(&format!(
                "{handle} is an operator, must log in again, and then finds the page at /operator."
            ));
            OPERATOR_GRANTED
        }
        OperatorCommand::Revoke { .. } => {
            if !store.revoke_operator(player.id).await? {
                bail!("{handle} is no operator");
            }
            say(&format!("{handle} is no operator any more."));
            OPERATOR_REVOKED
        }
        OperatorCommand::ResetLink { .. } => {
            let email = player.email.as_deref().context("a guest has no password")?;
            let seal = Seal::load(store).await?;
            let link = Link::new(LinkPurpose::Reset, player.id, clock.now());
            store.store_mail_link(&link.record(&seal, email)).await?;
            say(&link.path(&seal));
            RESET_LINK_MADE
        }
        OperatorCommand::RemoveSecondFactor { .. } => {
            store.remove_second_factor(player.id).await?;
            store.delete_sessions(player.id, None).await?;
            say(&format!("{handle} logs in with the password alone."));
            SECOND_FACTOR_REMOVED
        }
        OperatorCommand::List => return Ok(()),
    };
    record(event, Some(player.id), None);
    let action = command.name().unwrap_or_default();
    note_command(store, clock, action, handle).await?;
    Ok(())
}

async fn find(store: &dyn Store, handle: &str) -> anyhow::Result<PlayerRecord> {
    let found = store.find_player_by_login(handle).await?;
    found.with_context(|| format!("there is no player {handle}"))
}

async fn list(store: &dyn Store, mut say: impl FnMut(&str)) -> anyhow::Result<()> {
    let operators = store.list_operators(LIST_MAX).await?;
    let players: Vec<_> = operators.iter().map(|(player, _)| *player).collect();
    let handles = store.find_handles(&players).await?;
    for (player, since) in &operators {
        let handle = handles
            .get(player)
            .map_or("somebody erased", String::as_str);
        say(&format!("{handle}  since {since}"));
    }
    if operators.is_empty() {
        say("There is no operator.");
    }
    Ok(())
}
