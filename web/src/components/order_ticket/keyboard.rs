//! Keeps the bar at the bottom of a phone above its keyboard.
//!
//! Most browsers shrink the page when the keyboard opens, as the page requests
//! (`interactive-widget`). Others overlay the keyboard, and only report how much is still visible.

/// Sets `--keyboard` on the page to the height covered by the keyboard, for the lifetime of the
/// current component.
#[cfg(feature = "client")]
pub(super) fn keep_above() {
    use leptos::prelude::*;
    use send_wrapper::SendWrapper;
    use wasm_bindgen::prelude::*;

    Effect::new(move || {
        let Some(seen) = window().visual_viewport() else {
            return;
        };
        let moved = Closure::<dyn FnMut()>::new({
            let seen = seen.clone();
            move || {
                let inner = window().inner_height().ok();
                let inner = inner.and_then(|height| height.as_f64()).unwrap_or_default();
                // When zoomed in, less is visible even without a keyboard.
                let covered = if (seen.scale() - 1.0).abs() < 0.01 {
                    (inner - seen.height() - seen.offset_top()).max(0.0)
                } else {
                    0.0
                };
                set_keyboard(covered);
            }
        });
        for event in ["resize", "scroll"] {
            let function = moved.as_ref().unchecked_ref();
            _ = seen.add_event_listener_with_callback(event, function);
        }
        let kept = SendWrapper::new((seen, moved));
        on_cleanup(move || {
            let (seen, moved) = kept.take();
            for event in ["resize", "scroll"] {
                let function = moved.as_ref().unchecked_ref();
                _ = seen.remove_event_listener_with_callback(event, function);
            }
            set_keyboard(0.0);
        });
    });

    fn set_keyboard(height: f64) {
        let root = document().document_element();
        let root = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
        // Whole pixels: what writes a float is 12 KB of code.
        #[expect(clippy::cast_possible_truncation, reason = "the height of a screen")]
        let height = height.ceil() as i32;
        if let Some(root) = root {
            _ = root
                .style()
                .set_property("--keyboard", &format!("{height}px"));
        }
    }
}

/// Without a browser there is no keyboard.
#[cfg(not(feature = "client"))]
pub(super) fn keep_above() {}
