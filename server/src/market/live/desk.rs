//! The desk asks the providers one after the other until one answers. It asks identical simultaneous
//! questions only once, and does not ask again while an answer is recent enough.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use domain::{Symbol, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use super::alpha_vantage::AlphaVantage;
use super::calls::CallCounts;
use super::financial_modeling_prep::FinancialModelingPrep;
use super::gate::Gate;
use super::line::{self, Line};
use super::provider::{
    Ask, Currency, Found, FoundDay, FoundProfile, FoundQuote, FoundRate, FoundSymbol, Provider,
    Refusal,
};
use crate::clock::Clock;
use crate::config::{ProviderName, ProvidersConfig};
use crate::store::{AnswerKind, ProviderAnswer, Store, StoreResult};

/// Why no provider has answered: each provider's reason, in the order in which they were asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered(pub(crate) Vec<(&'static str, Refusal)>);

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no provider has a key in the settings");
        }
        for (place, (title, refusal)) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { "; " };
            write!(f, "{separator}{title}: {refusal}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Unanswered {}

impl Unanswered {
    /// Whether the failure is specific to this question, so that others may well be answered now.
    pub fn is_about_the_question(&self) -> bool {
        let mut reasons = self.0.iter();
        reasons.any(|(_, refusal)| refusal.is_about_the_question())
    }

    /// Until when every provider is paused. `None` if one of them is not.
    pub fn resting_until(&self) -> Option<Timestamp> {
        let until = |(_, refusal): &(&str, Refusal)| match refusal {
            Refusal::Resting { until, .. } => Some(*until),
            _ => None,
        };
        let ends: Option<Vec<Timestamp>> = self.0.iter().map(until).collect();
        ends?.into_iter().min()
    }
}

/// An answer, and the index of the provider that gave it.
type Answer = Result<(Found, usize), Unanswered>;

/// The desk.
#[derive(Debug)]
pub struct Desk {
    gates: Vec<Gate>,
    counts: CallCounts,
    config: ProvidersConfig,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    under_way: Mutex<HashMap<Ask, Weak<OnceCell<Answer>>>>,
}

impl Desk {
    /// Opens the desk of the providers that have a key.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn open(
        config: &ProvidersConfig,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let client = line::client()?;
        let timeout = Duration::from_millis(config.timeout_ms);
        let (mut gates, counts) = (Vec::new(), CallCounts::default());
        for name in &config.order {
            let (provider, settings): (Box<dyn Provider>, _) = match name {
                ProviderName::FinancialModelingPrep => {
                    let settings = &config.financial_modeling_prep;
                    (Box::new(FinancialModelingPrep), settings)
                }
                ProviderName::AlphaVantage => (Box::new(AlphaVantage), &config.alpha_vantage),
            };
            if let Some(line) = Line::to(settings, &client, timeout) {
                let (store, clock) = (Arc::clone(&store), Arc::clone(&clock));
                let counts = counts.clone();
                gates.push(Gate::new(provider, line, settings, store, clock, counts));
            }
        }
        Ok(Self {
            gates,
            counts,
            config: config.clone(),
            store,
            clock,
            under_way: Mutex::default(),
        })
    }

    /// What the calls of all providers count.
    pub fn counts(&self) -> &CallCounts {
        &self.counts
    }

    /// The settings.
    pub fn config(&self) -> &ProvidersConfig {
        &self.config
    }

    /// The providers that are asked, in order: name and calls a day.
    pub fn providers(&self) -> impl Iterator<Item = (&'static str, Option<u32>)> {
        let gates = self.gates.iter();
        gates.map(|gate| (gate.provider.name(), gate.per_day()))
    }

    /// A provider's display name.
    pub fn title(&self, provider: &str) -> Option<&'static str> {
        let mut gates = self.gates.iter().map(|gate| &gate.provider);
        let found = gates.find(|one| one.name() == provider)?;
        Some(found.title())
    }

    /// The price of an instrument, from the providers that `may` be asked, with the name of the one that
    /// answered. Every trading day it names is a candle so far.
    pub async fn quote(
        &self,
        symbol: Symbol,
        may: impl Fn(usize) -> bool,
    ) -> Result<(FoundQuote, &'static str, Timestamp), Unanswered> {
        let ttl_s = self.config.quote_ttl_s;
        let known = || self.known(AnswerKind::Quote, symbol.as_str(), ttl_s);
        if let Some(known) = known().await {
            return Ok(known);
        }
        let ask = Ask::Quote(symbol);
        // Held until the answer is stored. Another answer may have been stored since we looked.
        let question = self.question(&ask);
        if let Some(known) = known().await {
            return Ok(known);
        }
        let (found, provider) = self.answer(&question, &ask, may).await?;
        match found {
            Found::Quote(quote) => {
                let kept = self.keep(AnswerKind::Quote, symbol.as_str(), provider, &quote);
                let at = kept.await;
                Ok((quote, self.name(provider), at))
            }
            _ => Err(Unanswered(Vec::new())),
        }
    }

    /// What an instrument is.
    pub async fn profile(&self, symbol: Symbol) -> Result<FoundProfile, Unanswered> {
        let ttl_s = self.config.profile_ttl_s;
        let known = self.known(AnswerKind::Profile, symbol.as_str(), ttl_s);
        if let Some((known, _, _)) = known.await {
            return Ok(known);
        }
        match self.find(&Ask::Profile(symbol), |_| true).await? {
            (Found::Profile(profile), provider) => {
                self.keep(AnswerKind::Profile, symbol.as_str(), provider, &profile)
                    .await;
                Ok(profile)
            }
            _ => Err(Unanswered(Vec::new())),
        }
    }

    /// The days of an instrument, oldest first.
    pub async fn history(&self, symbol: Symbol) -> Result<Vec<FoundDay>, Unanswered> {
        match self.find(&Ask::History(symbol), |_| true).await? {
            (Found::History(days), _) => Ok(days),
            _ => Err(Unanswered(Vec::new())),
        }
    }

    /// What one unit of a currency costs in another.
    pub async fn rate(&self, from: Currency, to: Currency) -> Result<FoundRate, Unanswered> {
        let pair = format!("{}{}", from.as_str(), to.as_str());
        match self.find(&Ask::Rate(from, to), |_| true).await? {
            (Found::Rate(rate), provider) => {
                self.keep(AnswerKind::Rate, &pair, provider, &rate).await;
                Ok(rate)
            }
            _ => Err(Unanswered(Vec::new())),
        }
    }

    /// Instruments whose name has these words.
    pub async fn search(&self, words: &str) -> Result<Vec<FoundSymbol>, Unanswered> {
        let ask = Ask::Search(words.to_owned());
        match self.find(&ask, |_| true).await? {
            (Found::Search(found), _) => Ok(found),
            _ => Err(Unanswered(Vec::new())),
        }
    }

    fn name(&self, provider: usize) -> &'static str {
        self.gates
            .get(provider)
            .map_or("", |gate| gate.provider.name())
    }

    /// Asks, unless somebody else is already waiting for the same answer.
    async fn find(&self, ask: &Ask, may: impl Fn(usize) -> bool) -> Answer {
        self.answer(&self.question(ask), ask, may).await
    }

    /// The question, shared by everybody who asks it now.
    fn question(&self, ask: &Ask) -> Arc<OnceCell<Answer>> {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        under_way.retain(|_, question| question.strong_count() > 0);
        let running = under_way.get(ask).and_then(Weak::upgrade);
        running.unwrap_or_else(|| {
            let question = Arc::default();
            under_way.insert(ask.clone(), Arc::downgrade(&question));
            question
        })
    }

    async fn answer(
        &self,
        question: &OnceCell<Answer>,
        ask: &Ask,
        may: impl Fn(usize) -> bool,
    ) -> Answer {
        let answer = question.get_or_init(|| self.ask_each(ask, may));
        answer.await.clone()
    }

    async fn ask_each(&self, ask: &Ask, may: impl Fn(usize) -> bool) -> Answer {
        let mut reasons = Vec::new();
        for (place, gate) in self
            .gates
            .iter()
            .enumerate()
            .filter(|(place, _)| may(*place))
        {
            match gate.ask(ask).await {
                Ok(found) => return Ok((found, place)),
                Err(refusal) => reasons.push((gate.provider.title(), refusal)),
            }
        }
        Err(Unanswered(reasons))
    }

    /// The answer of the first provider with a recent enough one.
    async fn known<T: DeserializeOwned>(
        &self,
        kind: AnswerKind,
        symbol: &str,
        ttl_s: u32,
    ) -> Option<(T, &'static str, Timestamp)> {
        let answers = self.store.find_answers(kind, symbol).await.ok()?;
        let oldest = self.clock.now().plus_seconds(-i64::from(ttl_s));
        let gates = self.gates.iter().map(|gate| gate.provider.name());
        gates.into_iter().find_map(|name| {
            let mut of_gate = answers.iter().filter(|answer| answer.provider == name);
            let answer = of_gate.find(|answer| answer.at > oldest)?;
            let read = serde_json::from_str(&answer.answer).ok()?;
            Some((read, name, answer.at))
        })
    }

    /// Stores an answer. An answer that cannot be stored is used all the same.
    async fn keep<T: Serialize>(
        &self,
        kind: AnswerKind,
        symbol: &str,
        provider: usize,
        answer: &T,
    ) -> Timestamp {
        let at = self.clock.now();
        let kept: anyhow::Result<()> = async {
            let answer = ProviderAnswer {
                provider: self.name(provider).to_owned(),
                kind,
                symbol: symbol.to_owned(),
                at,
                answer: serde_json::to_string(answer)?,
            };
            Ok(self.store.store_answer(&answer).await?)
        }
        .await;
        if let Err(error) = kept {
            tracing::warn!(%error, "the answer of a provider could not be stored");
        }
        at
    }

    /// The calls made to each provider today.
    pub async fn calls_today(&self) -> StoreResult<Vec<i64>> {
        let usage = self.store.list_usage().await?;
        let today = crate::store::Period::Day.start(self.clock.now());
        let of = |gate: &Gate| {
            let name = gate.provider.name();
            let mut counts = usage.iter().filter(|usage| {
                usage.provider == name
                    && usage.period == crate::store::Period::Day
                    && usage.starts_at == today
            });
            counts.next().map_or(0, |usage| usage.calls)
        };
        Ok(self.gates.iter().map(of).collect())
    }
}
