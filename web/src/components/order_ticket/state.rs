//! The state of the ticket, and an order's round trip to the server.

use domain::api::{ErrorCode, InstrumentRow, OrderRequest, TicketView};
use domain::{Account, IdempotencyKey, Money, Placement, Price, Quote, Side, Symbol, Xp};
use leptos::html;
use leptos::prelude::*;

use super::draft::Draft;
use super::{OpenTicket, key};
use crate::live::Live;
use crate::submission::{error_before, first_value};
use crate::ticket::{
    Attempt, Entry, Field, HIGHEST_COST, Kind, Problem, Unit, after, preview, settled,
};
use crate::{AccountChanges, CurrentGame, CurrentSession, api};

/// An order that can be sent, and its expected outcome.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prepared {
    pub(super) request: OrderRequest,
    pub(super) placement: Placement,
}

impl Prepared {
    /// Cash that the order takes: paid at once, or set aside.
    pub(super) fn spends(&self) -> Money {
        match &self.placement {
            Placement::Filled(execution) => execution.fill.cash_change_in_all().negated(),
            Placement::Rests(rest) => rest.resting.reserve.cash,
        }
    }
}

/// The account changed elsewhere while the fields held an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Changed {
    /// Free cash before the change.
    pub(super) cash_before: Money,
    /// Free cash now.
    pub(super) cash_now: Money,
}

/// The ticket of one instrument in the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    pub(super) symbol: Symbol,
    pub(super) name: StoredValue<String>,
    /// The contents of the fields.
    pub(super) entry: RwSignal<Entry>,
    /// What the server has confirmed.
    pub(super) known: RwSignal<TicketView>,
    /// The progress of the latest order.
    pub(super) attempt: RwSignal<Attempt>,
    /// The idempotency key of the next order.
    pub(super) key: RwSignal<IdempotencyKey>,
    /// The newest quote.
    pub(super) quote: Signal<Option<Quote>>,
    /// What the page shows: the confirmed state, plus the expected effect of an order in flight.
    pub(super) shown: Memo<TicketView>,
    /// The preview of the fields.
    pub(super) prepared: Memo<Result<Prepared, Problem>>,
    /// Whether the button was pressed on fields that are not ready.
    pub(super) insisted: RwSignal<bool>,
    /// What to say when the account was changed elsewhere.
    pub(super) changed: RwSignal<Option<Changed>>,
    /// Whether the account is being reloaded before the order is sent.
    pub(super) checking: RwSignal<bool>,
    /// The fields that get the focus back.
    pub(super) size_field: NodeRef<html::Input>,
    pub(super) price_field: NodeRef<html::Input>,
    pub(super) reason_field: NodeRef<html::Textarea>,
    pub(super) game: CurrentGame,
    session: CurrentSession,
    changes: AccountChanges,
}

impl Ticket {
    pub(super) fn new(
        instrument: InstrumentRow,
        open: OpenTicket,
        line: RwSignal<Option<Price>>,
    ) -> Self {
        let live = Live::get();
        let symbol = instrument.symbol;
        let entered = entry_in_address();
        let first = first_attempt(&open, &entered, symbol);
        let insisted = RwSignal::new(first.is_none());
        let entry = RwSignal::new(entered);
        let attempt = RwSignal::new(first.unwrap_or(Attempt::Editing));
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
            let placement = preview(&request, &known, quote.as_ref(), now)?;
            Ok(Prepared { request, placement })
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
            insisted,
            changed: RwSignal::new(None),
            checking: RwSignal::new(false),
            size_field: NodeRef::new(),
            price_field: NodeRef::new(),
            reason_field: NodeRef::new(),
            game: CurrentGame::get(),
            session: CurrentSession::get(),
            changes: AccountChanges::get(),
        };
        ticket.tell_the_page();
        ticket.draw(line);
        ticket.changes.keep_fresh(
            move || ticket.version(),
            move || {
                // While an order is in flight, the change is its own.
                if !ticket.attempt.with_untracked(Attempt::is_sending) {
                    ticket.reload();
                }
            },
        );
        ticket
    }

    /// The version of the account that the ticket shows.
    fn version(self) -> i64 {
        let version = self.known.try_with_untracked(|known| known.version);
        version.unwrap_or(i64::MAX)
    }

    pub(super) fn name(self) -> String {
        self.name.get_value()
    }

    pub(super) fn side(self) -> Side {
        self.entry.with(|entry| entry.side)
    }

    pub(super) fn is_done(self) -> bool {
        self.attempt
            .with(|attempt| matches!(attempt, Attempt::Filled(_) | Attempt::Waiting(_)))
    }

    /// The price that a limit or a stop waits for, as a line on the chart.
    fn draw(self, line: RwSignal<Option<Price>>) {
        Effect::new(move || line.set(self.entry.with(Entry::trigger_price)));
    }

    /// The header's cash and level follow the ticket immediately, in both directions.
    fn tell_the_page(self) {
        Effect::new(move |before: Option<(Account, Xp)>| {
            let now = self.shown.with(|shown| (shown.account, shown.xp));
            if before.is_some_and(|before| before != now) {
                let levels = self.known.with_untracked(|known| known.xp_rules.levels);
                self.session.set_after_trade(&now.0, now.1, levels);
            }
            now
        });
    }

    fn reload(self) {
        leptos::task::spawn_local(async move {
            if let Ok(fresh) = api::ticket(&self.game.slug(), self.symbol).await {
                self.take(fresh);
            }
        });
    }

    /// Applies the server's account state, and tells the player when it differs from what the
    /// preview assumed.
    fn take(self, fresh: TicketView) {
        let Some((version, account)) = self
            .known
            .try_with_untracked(|known| (known.version, known.account))
        else {
            return;
        };
        if fresh.version < version {
            return;
        }
        let entered = self.prepared.with_untracked(Result::is_ok) && !self.is_done_untracked();
        if fresh.version > version && entered {
            self.changed.set(Some(Changed {
                cash_before: account.free_cash(),
                cash_now: fresh.account.free_cash(),
            }));
        }
        self.changes.account_changed(fresh.version);
        self.known.set(fresh);
    }

    fn is_done_untracked(self) -> bool {
        self.attempt
            .with_untracked(|attempt| matches!(attempt, Attempt::Filled(_) | Attempt::Waiting(_)))
    }

    /// Sends the order in the fields, or focuses the invalid field.
    pub(super) fn submit(self) {
        if self.attempt.with_untracked(Attempt::is_open) || self.checking.get_untracked() {
            return;
        }
        match self.prepared.get_untracked() {
            Ok(_) if self.version() < self.changes.newest() => self.check(),
            Ok(Prepared { request, placement }) => self.send(request, placement),
            Err(problem) => {
                self.insisted.set(true);
                self.focus(problem.field());
            }
        }
    }

    /// The account has changed since the preview: the new state is shown before anything is traded.
    fn check(self) {
        self.checking.set(true);
        leptos::task::spawn_local(async move {
            let answer = api::ticket(&self.game.slug(), self.symbol).await;
            if self.checking.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(fresh) => self.take(fresh),
                Err(error) => self.attempt.set(Attempt::refused(&error)),
            }
        });
    }

    /// Resends the order whose response was lost, under the same key: it cannot be executed twice.
    pub(super) fn send_again(self) {
        if let Attempt::Unanswered {
            request, predicted, ..
        } = self.attempt.get_untracked()
        {
            self.send(request, *predicted);
        }
    }

    fn send(self, request: OrderRequest, predicted: Placement) {
        self.insisted.set(false);
        self.changed.set(None);
        self.attempt.set(Attempt::Sending {
            request: request.clone(),
            predicted: Box::new(predicted.clone()),
        });
        leptos::task::spawn_local(async move {
            let answer = api::place_order(&self.game.slug(), &request).await;
            self.settle(Attempt::answered(request, predicted, answer));
        });
    }

    /// Looks up the order whose response was lost, and drops it if the server has never heard of
    /// it.
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
            let found = api::order(&self.game.slug(), &request.idempotency_key).await;
            self.settle(match found {
                Err(error) if error.code == ErrorCode::NotFound => Attempt::NeverArrived,
                found => Attempt::answered(request, *predicted, found),
            });
        });
    }

    /// Applies a response. If the page has been left since, there is nobody to tell.
    fn settle(self, attempt: Attempt) {
        let Some(sent) = self.attempt.try_get_untracked() else {
            return;
        };
        if !attempt.is_open() {
            self.key.set(key::fresh());
        }
        if let Attempt::Sending { request, predicted } = &sent {
            match &attempt {
                Attempt::Filled(receipt) => {
                    let known = self.known.get_untracked();
                    self.settle_account(settled(&known, request, &receipt.order));
                }
                Attempt::Waiting(_) => {
                    let known = self.known.get_untracked();
                    self.known.set(after(&known, predicted));
                    self.settle_account(None);
                }
                _ => {}
            }
        }
        let done = matches!(attempt, Attempt::Filled(_) | Attempt::Waiting(_));
        self.attempt.set(attempt);
        if done {
            self.entry.update(|entry| {
                entry.size.clear();
                entry.trigger_price.clear();
                entry.reason.clear();
            });
            // Its field is already gone and does not see this.
            Draft::of(self.symbol).keep("");
            self.session.refetch();
        }
    }

    /// The account after an order: as computed, or as the server says.
    fn settle_account(self, after: Option<TicketView>) {
        match after {
            Some(after) => self.known.set(after),
            None => self.reload(),
        }
    }

    /// Back to the fields.
    pub(super) fn edit(self) {
        self.attempt.set(Attempt::Editing);
        self.changed.set(None);
        self.focus(Field::Size);
    }

    /// After the fields are shown again.
    fn focus(self, field: Field) {
        request_animation_frame(move || {
            let focused = match field {
                Field::Size => self.size_field.get_untracked().map(|field| field.focus()),
                Field::Price => self.price_field.get_untracked().map(|field| field.focus()),
                Field::Reason => self.reason_field.get_untracked().map(|field| field.focus()),
            };
            _ = focused;
        });
    }
}

/// Values from the URL: a link that says "sell", or a form that was sent without script and came
/// back.
fn entry_in_address() -> Entry {
    let text = first_value;
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
        kind: Kind::from_text(&text("trigger")),
        trigger_price: text("trigger_price"),
        expires_at: text("expires_at"),
        tolerance_bps: text("tolerance_bps")
            .parse()
            .unwrap_or(default.tolerance_bps),
        reason: text("reason"),
        dearest_first: text("lots") == HIGHEST_COST,
    }
}

/// The result of the plain form, if one was sent; none when a field cannot be parsed, which the ticket shows
/// beside the field.
fn first_attempt(open: &OpenTicket, entered: &Entry, symbol: Symbol) -> Option<Attempt> {
    if let Some(order) = &open.done {
        return Some(Attempt::of_order(order.clone()));
    }
    let Some(error) = error_before() else {
        return Some(Attempt::Editing);
    };
    let unreadable = entered.request(&open.key, symbol, None).is_err();
    if error.code != ErrorCode::Unauthorized && unreadable {
        return None;
    }
    Some(Attempt::refused(&error))
}
