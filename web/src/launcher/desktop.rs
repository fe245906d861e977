//! What the launcher asks of the desktop program around it.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::language::Texts;

/// Starts the server inside; the window then goes to it. What goes wrong is told in the launcher's language.
pub(super) async fn play_offline() -> Result<(), String> {
    let arguments = Object::new();
    set(&arguments, "language", Texts::get().language().tag())?;
    invoke("play_offline", &arguments).await.map(|_| ())
}

/// Remembers a server's address; the window then goes to it.
pub(super) async fn connect(address: &str) -> Result<(), String> {
    let arguments = Object::new();
    set(&arguments, "address", address)?;
    set(&arguments, "language", Texts::get().language().tag())?;
    invoke("connect", &arguments).await.map(|_| ())
}

/// The address of the last time.
pub(super) async fn last_address() -> Result<Option<String>, String> {
    invoke("last_address", &Object::new())
        .await
        .map(|answer| answer.as_string())
}

/// Calls a command of the program. It answers with a promise, which is rejected with a text.
async fn invoke(command: &str, arguments: &Object) -> Result<JsValue, String> {
    let outside = || Texts::get().launcher_not_inside();
    let promise = call(command, arguments).ok_or_else(outside)?;
    JsFuture::from(promise).await.map_err(|error| told(&error))
}

fn call(command: &str, arguments: &Object) -> Option<Promise> {
    let window = web_sys::window()?;
    let program = Reflect::get(&window, &"__TAURI_INTERNALS__".into()).ok()?;
    let invoke: Function = Reflect::get(&program, &"invoke".into())
        .ok()?
        .dyn_into()
        .ok()?;
    invoke
        .call2(&program, &command.into(), arguments)
        .ok()?
        .dyn_into()
        .ok()
}

fn set(object: &Object, name: &str, value: &str) -> Result<(), String> {
    Reflect::set(object, &name.into(), &value.into())
        .map(|_| ())
        .map_err(|error| told(&error))
}

fn told(error: &JsValue) -> String {
    error
        .as_string()
        .unwrap_or_else(|| Texts::get().launcher_failed().to_owned())
}
