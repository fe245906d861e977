//! What the ticket knows, and the way of an order to the server and back.

use domain::api::{ApiError, ErrorCode, InstrumentRow, OrderRequest, TicketView};
use domain::{Execution, IdempotencyKey, Quote, Side, Symbol};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{OpenTicket, key};
use crate::live::Live;
use crate::ticket::{Attempt, Entry, Problem, Unit, preview, settled};
use crate::{CurrentSession, GAME, api};

/// An order that can be sent, and what would come of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prepared {
    pub(super) request: OrderRequest,
    pub(super) execution: Execution,
}

/// The ticket of one instrument in the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    pub(super) symbol: Symbol,
    pub(super) name: StoredValue<String>,
    /// What stands in the fields.
    pub(super) entry: RwSignal<Entry>,
    /// What the server has confirmed.
    pub(super) known: RwSignal<TicketView>,
    /// How far the latest order has come.
    pub(super) attempt: RwSignal<Attempt>,
    /// The name of the next order.
    pub(super) key: RwSignal<IdempotencyKey>,
    /// The newest quote.
    pub(super) quote: Signal<Option<Quote>>,
    /// What the page shows: what is known, and what is expected of an order on its way.
    pub(super) shown: Memo<TicketView>,
    /// What the fields come to.
    pub(super) prepared: Memo<Result<Prepared, Problem>>,
    /// Whether the button was pressed on fields that are not ready.
    pub(super) insisted: RwSignal<bool>,
    /// The field that the keyboard goes back to.
    pub(super) size_field: NodeRef<html::Input>,
    session: CurrentSession,
}

impl Ticket {
    pub(super) fn new(instrument: InstrumentRow, open: OpenTicket) -> Self {
        let live = Live::get();
        let symbol = instrument.symbol;
        let entry = RwSignal::new(entry_in_address());
        let attempt = RwSignal::new(first_attempt(&open));
        let quote = live.newest(symbol, open.view.quote);
        let known = RwSignal::new(open.view);
        let key = RwSignal::new(open.key);
        let shown =
            Memo::new(move |_| known.with(|known| attempt.with(|attempt| attempt.shown(known))));
        let prepared = Memo::new(move |_| {
            let quote = quote.get();
            let known = known.get();
            let now = live.now().get().map_or(known.now, |now| now.max(known.now));
            let request = entry
                .with(|entry| entry.request(&key.get(), symbol, quote.map(|quote| quote.price)))?;
            let execution = preview(&request, &known, quote.as_ref(), now)?;
            Ok(Prepared { request, execution })
        });
        let ticket = Self {
            symbol,
            name: StoredValue::new(instrument.name),
            entry,
            known,
            attempt,
            key,
            quote,
            shown,
            prepared,
            insisted: RwSignal::new(false),
            size_field: NodeRef::new(),
            session: CurrentSession::get(),
        };
        ticket.tell_the_page();
        ticket.catch_up_after_a_loss(live);
        ticket
    }

    pub(super) fn name(self) -> String {
        self.name.get_value()
    }

    pub(super) fn side(self) -> Side {
        self.entry.with(|entry| entry.side)
    }

    pub(super) fn is_filled(self) -> bool {
        self.attempt
            .with(|attempt| matches!(attempt, Attempt::Filled(_)))
    }

    /// The header's cash and level follow the ticket at once, forward and back.
    fn tell_the_page(self) {
        Effect::new(move |before: Option<(domain::Money, domain::Xp)>| {
            let now = self.shown.with(|shown| (shown.account.cash, shown.xp));
            if before.is_some_and(|before| before != now) {
                self.session.set_after_trade(now.0, now.1);
            }
            now
        });
    }

    /// What has happened while the connection was lost is asked for when it is back.
    fn catch_up_after_a_loss(self, live: Live) {
        Effect::new(move |before: Option<u32>| {
            let resumed = live.resumed().get();
            if before.is_some_and(|before| before != resumed) {
                self.reload();
            }
            resumed
        });
    }

    fn reload(self) {
        leptos::task::spawn_local(async move {
            if let Ok(fresh) = api::ticket(GAME, self.symbol).await
                && self
                    .known
                    .try_with_untracked(|known| known.version <= fresh.version)
                    == Some(true)
            {
                _ = self.known.try_set(fresh);
            }
        });
    }

    /// Sends what stands in the fields, or goes to what is wrong with them.
    pub(super) fn submit(self) {
        if self.attempt.with_untracked(Attempt::is_open) {
            return;
        }
        match self.prepared.get_untracked() {
            Ok(Prepared { request, execution }) => self.send(request, execution),
            Err(_) => {
                self.insisted.set(true);
                self.focus_size();
            }
        }
    }

    /// Sends the order whose answer was lost again, under its key: it cannot happen twice.
    pub(super) fn send_again(self) {
        if let Attempt::Unanswered {
            request, predicted, ..
        } = self.attempt.get_untracked()
        {
            self.send(request, *predicted);
        }
    }

    fn send(self, request: OrderRequest, predicted: Execution) {
        self.insisted.set(false);
        self.attempt.set(Attempt::Sending {
            request: request.clone(),
            predicted: Box::new(predicted.clone()),
        });
        leptos::task::spawn_local(async move {
            let answer = api::place_order(GAME, &request).await;
            self.settle(Attempt::answered(request, predicted, answer));
        });
    }

    /// Asks what became of the order whose answer was lost, and gives it up if the server has
    /// never heard of it.
    pub(super) fn look_up(self) {
        let Attempt::Unanswered {
            request, predicted, ..
        } = self.attempt.get_untracked()
        else {
            return;
        };
        self.attempt.set(Attempt::Sending {
            request: request.clone(),
            predicted: predicted.clone(),
        });
        leptos::task::spawn_local(async move {
            let found = api::order(GAME, &request.idempotency_key).await;
            self.settle(match found {
                Err(error) if error.code == ErrorCode::NotFound => Attempt::Editing,
                found => Attempt::answered(request, *predicted, found),
            });
        });
    }

    /// Takes an answer in. The page may have been left since: then nobody is there to be told.
    fn settle(self, attempt: Attempt) {
        let Some(sent) = self.attempt.try_get_untracked() else {
            return;
        };
        if !attempt.is_open() {
            self.key.set(key::fresh());
        }
        if let (Attempt::Filled(order), Attempt::Sending { request, .. }) = (&attempt, &sent) {
            match self
                .known
                .with_untracked(|known| settled(known, request, order))
            {
                Some(after) => self.known.set(after),
                None => self.reload(),
            }
            self.entry.update(|entry| {
                entry.size.clear();
                entry.reason.clear();
            });
        }
        let filled = matches!(attempt, Attempt::Filled(_));
        self.attempt.set(attempt);
        if filled {
            self.session.refetch();
        }
    }

    /// Back to the fields.
    pub(super) fn edit(self) {
        self.attempt.set(Attempt::Editing);
        self.focus_size();
    }

    /// After the fields are there again.
    fn focus_size(self) {
        request_animation_frame(move || {
            if let Some(field) = self.size_field.get_untracked() {
                _ = field.focus();
            }
        });
    }
}

/// What the address enters: a link that says "sell", or a form that was sent without script and
/// came back.
fn entry_in_address() -> Entry {
    let query = use_query_map().get_untracked();
    let text = |name: &str| query.get(name).unwrap_or_default();
    let default = Entry::default();
    Entry {
        side: if text("side") == Side::Sell.as_str() {
            Side::Sell
        } else {
            default.side
        },
        unit: if text("unit") == Unit::Amount.as_str() {
            Unit::Amount
        } else {
            default.unit
        },
        size: text("size"),
        tolerance_bps: text("tolerance_bps")
            .parse()
            .unwrap_or(default.tolerance_bps),
        reason: text("reason"),
    }
}

/// What became of the plain form, if one was sent.
fn first_attempt(open: &OpenTicket) -> Attempt {
    if let Some(order) = &open.done {
        return Attempt::Filled(Box::new(order.clone()));
    }
    let query = use_query_map().get_untracked();
    let Some(code) = query.get("error") else {
        return Attempt::Editing;
    };
    let code = ErrorCode::ALL
        .iter()
        .copied()
        .find(|known| known.as_str() == code)
        .unwrap_or(ErrorCode::Internal);
    Attempt::refused(&ApiError::new(
        code,
        query.get("message").unwrap_or_default(),
    ))
}
