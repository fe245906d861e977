//! What makes this game worth a player's time.

use leptos::prelude::*;

use crate::components::Mark;

/// Three reasons, and who they are for.
#[component]
pub(super) fn Reasons() -> impl IntoView {
    view! {
        <section class="reasons" aria-labelledby="reasons-title">
            <h2 id="reasons-title">"A game that teaches what it rewards"</h2>
            <ol>
                <li>
                    <h3>"See it before you do it"</h3>
                    <p>"Cost, cash left, average price, XP: the ticket works it all out while you type, with the very rules that decide the trade."</p>
                </li>
                <li>
                    <h3>"Good habits level you up"</h3>
                    <p>"Write down why you buy. Spread your risk. Hold on. That earns XP; trading back and forth earns next to nothing."</p>
                </li>
                <li>
                    <h3>"Nothing is hidden, nothing is lost"</h3>
                    <p>"Every cent is in a ledger that only grows. You can read all of it, and anyone who runs the game can prove that it adds up."</p>
                </li>
            </ol>
        </section>
        <section class="places">
            <div>
                <h2>"For a classroom, a kitchen table, a train without signal"</h2>
                <p>
                    "It runs in any browser, on the oldest phone in the family, and as a program on your own
                    computer with the whole market inside. Large type, plain words, and every button within
                    reach of a keyboard."
                </p>
            </div>
            <Mark/>
        </section>
    }
}
