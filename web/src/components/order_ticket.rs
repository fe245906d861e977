//! The order ticket: says what an order would do on every keystroke, then does it.
//!
//! The arithmetic is in [`crate::ticket`]; this is its display and its connection to the server.

mod draft;
mod fields;
mod key;
#[cfg(feature = "ssr")]
pub(crate) use key::fresh as fresh_key;
mod keyboard;
mod kind;
mod optional;
mod position;
mod preview;
mod result;
mod state;
mod submit;
mod which;

use domain::api::{ApiError, ErrorCode, InstrumentRow, OrderView, TicketView};
use domain::{IdempotencyKey, Price, Symbol};
use leptos::either::Either;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Icon, IconName, Load, PlayAsGuest};
use crate::language::Texts;
use crate::{CurrentGame, address, api, paths};
use fields::TicketForm;
use position::MyPosition;
use result::{Announcer, ResultPanel};
use state::Ticket;

/// The ticket that the page is rendered with. The key is created here, once, so that the
/// server-rendered form and the one in the page send the same key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTicket {
    /// The account, the position and the rules.
    view: TicketView,
    /// The idempotency key of the next order.
    key: IdempotencyKey,
    /// The order that was placed by the plain form just before.
    done: Option<OrderView>,
}

impl OpenTicket {
    /// What the player's shares cost on average; none without any.
    #[must_use]
    pub fn average_cost(&self) -> Option<Price> {
        self.view.position.average_cost()
    }

    /// Loads the ticket of an instrument, and the completed order named in the URL; none when
    /// nobody is logged in.
    pub async fn load(
        game: CurrentGame,
        symbol: Symbol,
        done: Option<IdempotencyKey>,
    ) -> Result<Option<Self>, ApiError> {
        let view = match api::ticket(&game.slug(), symbol).await {
            Ok(view) => view,
            Err(error) if error.code == ErrorCode::Unauthorized => return Ok(None),
            Err(error) => return Err(error),
        };
        let done = match done {
            Some(key) => api::order(&game.slug(), &key)
                .await
                .ok()
                .filter(|order| order.symbol == symbol),
            None => None,
        };
        Ok(Some(Self {
            view,
            key: key::fresh(),
            done,
        }))
    }
}

/// The place of the ticket: the ticket itself, or an invitation to play.
#[component]
pub fn OrderTicket(
    instrument: InstrumentRow,
    /// The result of [`OpenTicket::load`].
    ticket: Resource<Result<Option<OpenTicket>, ApiError>>,
    /// The price that a limit or a stop in the fields waits for: set by the ticket.
    line: RwSignal<Option<Price>>,
) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <Load resource=ticket part=texts.ticket_your_ticket() let:open>
            {match open {
                Some(open) => Either::Left(view! { <OpenTicketPanel instrument=instrument.clone() open line/> }),
                None => Either::Right(view! { <Invitation instrument=instrument.clone()/> }),
            }}
        </Load>
    }
}

#[component]
fn OpenTicketPanel(
    instrument: InstrumentRow,
    open: OpenTicket,
    line: RwSignal<Option<Price>>,
) -> impl IntoView {
    let texts = Texts::get();
    let title = texts.ticket_trade(&instrument.name);
    let ticket = Ticket::new(instrument, open, line);
    keyboard::keep_above();
    view! {
        <section class="card ticket" aria-labelledby="ticket-title" id="ticket">
            <h2 id="ticket-title">{title}</h2>
            <ResultPanel ticket/>
            <Show when=move || !ticket.is_done()>
                <TicketForm ticket/>
            </Show>
            <Announcer ticket/>
        </section>
        <MyPosition ticket/>
    }
}

/// What a visitor sees in place of the ticket.
#[component]
fn Invitation(instrument: InstrumentRow) -> impl IntoView {
    let texts = Texts::get();
    let here = paths::instrument(CurrentGame::get(), instrument.symbol);
    let login = address::and_then("/login", &here);
    view! {
        <section class="card ticket ticket-invitation" aria-labelledby="ticket-title" id="ticket">
            <Icon name=IconName::Portfolio/>
            <h2 id="ticket-title">{texts.ticket_want(instrument.name)}</h2>
            <p>{texts.ticket_start_with()}</p>
            <div class="ticket-invitation-actions">
                <PlayAsGuest next=here label=texts.ticket_guest()/>
                <a class="button button-quiet" href=login>{texts.ticket_log_in()}</a>
            </div>
        </section>
    }
}
