//! The drawing code loads after the page, together with the chart library. Until then, or without
//! it, the server-drawn picture takes its place.
#![allow(
    unsafe_code,
    reason = "`wasm_split` declares the function in the other chunk; the tool that cuts there is what defines it"
)]

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::{Chart, drawing};

/// Loads the drawing code and runs it. If it cannot be loaded, the picture stays.
pub(super) fn draw(chart: Chart, canvas: NodeRef<html::Div>) {
    // The drawing ends with the page that requested it.
    leptos::task::spawn_local_scoped(async move {
        draw_loaded(chart, canvas).await.ok();
    });
}

#[wasm_split(chart, wasm_split_path = leptos::wasm_split, fallible)]
fn draw_loaded(chart: Chart, canvas: NodeRef<html::Div>) -> Result<(), SplitLoaderError> {
    // The page may have been left in the meantime.
    if chart.drawn.try_get_untracked().is_some() {
        drawing::draw(chart, canvas);
    }
    Ok(())
}
