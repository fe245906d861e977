//! Shows how the providers of live prices are doing, and forgets their answers.

use clap::{Subcommand, ValueEnum};
use domain::Timestamp;

use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, ProviderConfig, ProviderName, ProvidersConfig};
use crate::operation::audit::note_done;
use crate::store::{AnswerKind, Period, ProviderState, ProviderUsage, Store};

/// What is to be done.
#[derive(Debug, Clone, Subcommand)]
pub enum ProviderCommand {
    /// Shows each provider's calls, limits and failures.
    Status,
    /// Forgets stored answers, so that they are asked for again. The last known prices are still shown.
    /// Without a kind, also that a provider is to be left alone: when it has a new key or plan.
    Flush {
        /// Only those of a provider.
        #[arg(long)]
        provider: Option<ProviderArg>,
        /// Only those of a kind.
        #[arg(long)]
        kind: Option<KindArg>,
    },
}

/// A provider, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum ProviderArg {
    FinancialModelingPrep,
    AlphaVantage,
}

/// A kind of answer, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    Quote,
    Profile,
    Rate,
}

impl From<KindArg> for AnswerKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Quote => Self::Quote,
            KindArg::Profile => Self::Profile,
            KindArg::Rate => Self::Rate,
        }
    }
}

impl ProviderArg {
    fn as_str(self) -> &'static str {
        match self {
            Self::FinancialModelingPrep => "financial_modeling_prep",
            Self::AlphaVantage => "alpha_vantage",
        }
    }
}

/// Does it on the database of the settings, and prints a line of each thing.
///
/// # Errors
/// When the database does not open, or fails.
pub async fn run_on_database(config: &Config, command: &ProviderCommand) -> anyhow::Result<()> {
    let store = crate::open_store(config).await?;
    let now = SystemClock::start().now();
    let tell = |line: String| println!("{line}");
    let mut done = run(&config.providers, &*store, command, now, tell).await;
    if let ProviderCommand::Flush { provider, .. } = command {
        let subject = provider.map_or("all", ProviderArg::as_str);
        done = note_done(&*store, done, "provider flush", subject).await;
    }
    store.close().await;
    done
}

/// Does it, and tells a line of each thing.
///
/// # Errors
/// When the store fails.
pub async fn run(
    config: &ProvidersConfig,
    store: &dyn Store,
    command: &ProviderCommand,
    now: Timestamp,
    mut tell: impl FnMut(String),
) -> anyhow::Result<()> {
    match command {
        ProviderCommand::Status => {
            let states = store.list_provider_states().await?;
            let usage = store.list_usage().await?;
            for name in &config.order {
                tell(status(config, *name, &states, &usage, now));
            }
        }
        ProviderCommand::Flush { provider, kind } => {
            let provider = provider.map(ProviderArg::as_str);
            let flushed = store
                .flush_answers(provider, kind.map(AnswerKind::from))
                .await?;
            tell(format!("{flushed} answers are forgotten."));
            if kind.is_none() {
                ask_again(store, provider, &mut tell).await?;
            }
        }
    }
    Ok(())
}

/// Has providers asked again that are left alone: perhaps they have a new key or plan.
async fn ask_again(
    store: &dyn Store,
    provider: Option<&str>,
    tell: &mut impl FnMut(String),
) -> anyhow::Result<()> {
    for state in store.list_provider_states().await? {
        let is_left_alone = state.open_until.is_some() || state.refused_until.is_some();
        if is_left_alone && provider.is_none_or(|name| name == state.provider) {
            tell(format!("{} is asked again.", state.provider));
            let closed = ProviderState {
                provider: state.provider,
                ..ProviderState::default()
            };
            store.store_provider_state(&closed).await?;
        }
    }
    Ok(())
}

fn status(
    config: &ProvidersConfig,
    name: ProviderName,
    states: &[ProviderState],
    usage: &[ProviderUsage],
    now: Timestamp,
) -> String {
    let (name, settings) = match name {
        ProviderName::FinancialModelingPrep => (
            ProviderArg::FinancialModelingPrep.as_str(),
            &config.financial_modeling_prep,
        ),
        ProviderName::AlphaVantage => (ProviderArg::AlphaVantage.as_str(), &config.alpha_vantage),
    };
    if settings.key.is_none() {
        return format!("{name}: has no key (providers.{name}.key), so it is not asked");
    }
    let state = states.iter().find(|state| state.provider == name);
    let health = state.map_or_else(|| "is asked".to_owned(), |state| health(state, now));
    let mut told = format!("{name}: {health}");
    for period in Period::ALL {
        let max = limit(settings, period);
        let calls = usage.iter().find(|usage| {
            usage.provider == name && usage.period == period && usage.starts_at == period.start(now)
        });
        let calls = calls.map_or(0, |usage| usage.calls);
        if max > 0 && period != Period::Second {
            told += &format!("; {calls} of {max} calls this {}", period.as_str());
        }
    }
    told
}

fn limit(settings: &ProviderConfig, period: Period) -> u32 {
    match period {
        Period::Second => settings.per_second,
        Period::Minute => settings.per_minute,
        Period::Hour => settings.per_hour,
        Period::Day => settings.per_day,
    }
}

fn health(state: &ProviderState, now: Timestamp) -> String {
    let cause = state.cause.as_deref().unwrap_or("it failed");
    let until = state.refused_until.max(state.open_until);
    match until {
        None => "is asked".to_owned(),
        Some(until) if until > now => format!("is left alone until {until}: {cause}"),
        Some(_) => format!("is tried again next: {cause}"),
    }
}
