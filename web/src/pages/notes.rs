//! Notes: what a player writes down, with tags and a search. A plain page, whose forms the server answers.

use domain::api::NoteView;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load, LocalTime};
use crate::language::Texts;
use crate::submission::{Submission, first_value, value_in_address};
use crate::{CurrentGame, address, api, format, paths};

/// The page.
#[component]
pub fn NotesPage() -> impl IntoView {
    let texts = Texts::get();
    let (query, tag) = (value_in_address("query"), value_in_address("tag"));
    let is_search = !query.is_empty() || !tag.is_empty();
    let asked = (query.clone(), tag);
    let notes = Resource::new(
        || (),
        move |()| {
            let (query, tag) = asked.clone();
            async move { api::notes(&query, &tag).await }
        },
    );
    let message = Submission::new().message_of_any(&["text", "tags", "symbol"]);
    view! {
        <Title text=texts.notes_title()/>
        <FormAlert message/>
        <Load resource=notes let:notes>
            <header class="page-head">
                <h1>{texts.notes_title()}</h1>
                <p class="soft">{texts.notes_lead()}</p>
            </header>
            <form class="note-search" action=paths::NOTES method="get" role="search">
                <label for="note-query">{texts.notes_search_label()}</label>
                <input id="note-query" class="input" name="query" type="search" maxlength="100" value=query.clone()/>
                <button class="button button-small">{texts.notes_search()}</button>
                {is_search.then(|| view! { <a href=paths::NOTES>{texts.notes_show_all()}</a> })}
            </form>
            <details class="card note-new" open=!is_search && notes.is_empty()>
                <summary>{texts.notes_new()}</summary>
                <Editor note=None/>
            </details>
            {if notes.is_empty() {
                let (title, text) = if is_search {
                    (texts.notes_not_found(), texts.notes_not_found_words())
                } else {
                    (texts.notes_none(), texts.notes_none_words())
                };
                view! { <EmptyState icon=IconName::Ledger title text/> }.into_any()
            } else {
                view! {
                    <div class="notes" data-testid="notes">
                        {notes.into_iter().map(|note| view! { <Note note/> }).collect_view()}
                    </div>
                }.into_any()
            }}
        </Load>
    }
}

#[component]
fn Note(note: NoteView) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let tag = |tag: &String| {
        let address = format!("{}?tag={}", paths::NOTES, address::encode(tag));
        view! { <li><a href=address>{format!("#{tag}")}</a></li> }
    };
    let symbol = note.symbol.map(|symbol| {
        view! { <a href=paths::instrument(game, symbol)>{symbol.to_string()}</a>" · " }
    });
    let edited = note.clone();
    view! {
        <article class="card note">
            <div class="note-text" inner_html=note.html></div>
            <p class="soft">{symbol}<LocalTime at=note.changed_at/></p>
            <ul class="note-tags" role="list">{note.tags.iter().map(tag).collect_view()}</ul>
            <details>
                <summary>{texts.notes_change()}</summary>
                <Editor note=Some(edited)/>
                <form action="/forms/delete-note" method="post">
                    <input type="hidden" name="id" value=note.id/>
                    <button class="button button-small button-quiet">{texts.notes_delete()}</button>
                </form>
            </details>
        </article>
    }
}

/// A form for a new note, or for editing one.
#[component]
fn Editor(note: Option<NoteView>) -> impl IntoView {
    let texts = Texts::get();
    let suffix = note
        .as_ref()
        .map_or("new", |note| note.id.as_str())
        .to_owned();
    let is_new = note.is_none();
    let id = note.as_ref().map(|note| {
        view! { <input type="hidden" name="id" value=note.id.clone()/> }
    });
    // After a failed form, the typed text is kept in the form for a new note.
    let value = |known: Option<String>, field: &str| match known {
        Some(known) => known,
        None => first_value(field),
    };
    let symbol = note.as_ref().map(|note| {
        note.symbol
            .map(|symbol| symbol.to_string())
            .unwrap_or_default()
    });
    let symbol = value(symbol, "symbol");
    let tags = value(note.as_ref().map(|note| note.tags.join(" ")), "tags");
    let text = value(note.map(|note| note.text), "text");
    let name = |field: &str| format!("note-{field}-{suffix}");
    let (text_id, tags_id, symbol_id) = (name("text"), name("tags"), name("symbol"));
    let hint_id = name("hint");
    let label = if is_new {
        texts.notes_keep()
    } else {
        texts.notes_save()
    };
    view! {
        <form class="note-form" action="/forms/note" method="post">
            {id}
            <p class="field">
                <label for=text_id.clone()>{texts.notes_text()}</label>
                <textarea id=text_id name="text" rows="4" maxlength="4000" required aria-describedby=hint_id.clone()>{format::in_textarea(&text)}</textarea>
                <span class="hint" id=hint_id>{texts.notes_text_hint()}</span>
            </p>
            <p class="field">
                <label for=tags_id.clone()>{texts.notes_tags()}</label>
                <input id=tags_id name="tags" maxlength="320" autocomplete="off" value=tags placeholder=texts.notes_tags_example()/>
            </p>
            <p class="field">
                <label for=symbol_id.clone()>{texts.notes_symbol()}</label>
                <input id=symbol_id name="symbol" maxlength="8" autocomplete="off" spellcheck="false" value=symbol placeholder="PUFFN"/>
            </p>
            <button class="button">{label}</button>
        </form>
    }
}
