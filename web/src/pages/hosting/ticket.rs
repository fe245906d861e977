//! The ticket of a game: its code and its QR code, to be projected or printed.

use domain::api::TicketSlip;
use leptos::prelude::*;

use crate::language::Texts;

/// A slip with the code in letters that can be read from the back of the room.
#[component]
pub fn Ticket(
    /// What it shows.
    ticket: TicketSlip,
) -> impl IntoView {
    let texts = Texts::get();
    let TicketSlip {
        name,
        code,
        join_address,
        qr_path,
        qr_size,
        ..
    } = ticket;
    let Some(code) = code else {
        return view! { <p class="soft">{texts.host_no_code()}</p> }.into_any();
    };
    // The code is typed there; the QR code leads to the whole address.
    let ending = format!("/{code}");
    let address = join_address.map(|whole| {
        whole
            .strip_suffix(ending.as_str())
            .unwrap_or(&whole)
            .to_owned()
    });
    let spoken: String = code.chars().flat_map(|letter| [letter, ' ']).collect();
    let picture = (qr_size > 0).then(|| {
        let frame = format!("0 0 {qr_size} {qr_size}");
        view! {
            <svg class="qr" viewBox=frame role="img" aria-label=texts.host_qr() shape-rendering="crispEdges">
                <rect width="100%" height="100%" fill="#fff"></rect>
                <path d=qr_path fill="#000"></path>
            </svg>
        }
    });
    view! {
        <section class="slip ticket-slip" aria-labelledby="ticket-title">
            <div class="ticket-words">
                <h2 id="ticket-title">{name}</h2>
                <p>{texts.host_ticket_go()}</p>
                <p class="ticket-address">{address}</p>
                <p>{texts.host_ticket_type()}</p>
                <p class="ticket-code" data-testid="join-code" aria-label=spoken>{code}</p>
            </div>
            {picture}
        </section>
    }
    .into_any()
}
