//! Turns the compiled `web` crate into what browsers load. `scripts/build-site.sh` runs it:
//!
//! ```text
//! web-packer whole|split MODULE FOLDER
//! ```
//!
//! `whole` writes one module and its script, `split` also cuts off the code of each group of pages,
//! with a loader for it. It uses `wasm-bindgen` and `wasm-split-cli` as libraries, because these
//! compile in a fraction of the time that their command-line tools take.

mod cut;

use std::path::Path;
use std::{env, fs};

use anyhow::{Context as _, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::Options;

/// The script, and the first part of every module's name.
const NAME: &str = "web";
/// Where the loader finds the script: next to itself.
const SCRIPT: &str = "./web.js";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [how, module, folder] = arguments.as_slice() else {
        bail!("usage: web-packer whole|split MODULE FOLDER");
    };
    let (module, folder) = (Path::new(module), Path::new(folder));
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    match how.as_str() {
        "whole" => bind(Bindgen::new().input_path(module), folder),
        "split" => {
            let main = folder.join("main.wasm");
            split(module, folder, &main)?;
            // The chunks import what they share with the main module through these exports.
            bind(
                Bindgen::new().input_path(&main).keep_lld_exports(true),
                folder,
            )?;
            fs::remove_file(&main).with_context(|| format!("cannot remove {}", main.display()))
        }
        _ => bail!("there is no way to pack called {how:?}"),
    }
}

/// Writes the chunks and their loader into the folder, and the rest of the module as `main`.
fn split(module: &Path, folder: &Path, main: &Path) -> anyhow::Result<()> {
    let wasm = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let wasm = cut::never_called(&wasm)
        .with_context(|| format!("cannot empty functions of {}", module.display()))?;
    let mut options = Options::new(&wasm);
    options.output_dir = folder;
    options.main_out_path = main;
    options.main_module = SCRIPT;
    wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("cannot split {}: {error:?}", module.display()))?;
    Ok(())
}

/// Writes the module for browsers, and the script that connects it to the page.
fn bind(bindgen: &mut Bindgen, folder: &Path) -> anyhow::Result<()> {
    bindgen
        .out_name(NAME)
        .web(true)?
        .omit_default_module_path(false)
        .generate(folder)
}
