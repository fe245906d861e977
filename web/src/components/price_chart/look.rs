//! The page's colours and fonts in a form usable on a canvas, and when they change.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MediaQueryList, MutationObserver, MutationObserverInit};

use super::library::Look;

/// What the style sheet says inside an element that has a child for each colour; see
/// `chart-colour` in the style sheet.
pub(super) fn of(container: &Element) -> Look {
    let style = |property: &str| {
        let style = window().get_computed_style(container).ok().flatten();
        style
            .and_then(|style| style.get_property_value(property).ok())
            .unwrap_or_default()
    };
    Look {
        font: style("font-family"),
        text: computed(container, "--ink-soft"),
        grid: computed(container, "--line"),
        area: computed(container, "--accent")
            .replace("rgb(", "rgba(")
            .replace(')', ", 0.22)"),
        line: computed(container, "--accent-deep"),
        gain: computed(container, "--gain"),
        loss: computed(container, "--loss"),
    }
}

/// A colour of the style sheet as `rgb(...)`: a custom property may hold anything, such as a pair
/// of colours for two themes, and only an element that uses it resolves it to one colour.
fn computed(container: &Element, token: &str) -> String {
    let worn = || -> Option<String> {
        let probe = document().create_element("span").ok()?;
        container.append_child(&probe).ok()?;
        let dressed = probe.dyn_ref::<web_sys::HtmlElement>()?.style();
        dressed
            .set_property("color", &format!("var({token})"))
            .ok()?;
        let colour = window()
            .get_computed_style(&probe)
            .ok()??
            .get_property_value("color")
            .ok();
        probe.remove();
        colour
    };
    worn().unwrap_or_default()
}

/// Calls back whenever the player or the device changes the theme, until dropped.
pub(super) struct ThemeWatch {
    observer: MutationObserver,
    device: Option<MediaQueryList>,
    _callback: Closure<dyn FnMut()>,
}

impl ThemeWatch {
    pub(super) fn new(changed: impl FnMut() + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut()>::new(changed);
        let function: &js_sys::Function = callback.as_ref().unchecked_ref();
        let observer = MutationObserver::new(function).ok()?;
        let options = MutationObserverInit::new();
        options.set_attributes(true);
        options.set_attribute_filter(&js_sys::Array::of1(&"data-theme".into()));
        let root = document().document_element()?;
        observer.observe_with_options(&root, &options).ok()?;
        let device = window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten();
        if let Some(device) = &device {
            device.set_onchange(Some(function));
        }
        Some(Self {
            observer,
            device,
            _callback: callback,
        })
    }
}

impl Drop for ThemeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
        if let Some(device) = &self.device {
            device.set_onchange(None);
        }
    }
}

/// Keeps watching for the lifetime of the current component.
pub(super) fn keep(watch: Option<ThemeWatch>) {
    let watch = SendWrapper::new(watch);
    on_cleanup(move || drop(watch));
}
