//! Makes sure that there is a launcher page to put into the binary, then runs Tauri's own build.

use std::path::Path;
use std::{fs, io};

/// Where `scripts/build-site.sh` leaves the launcher, as `tauri.conf.json` says too.
const LAUNCHER: &str = "../target/site/launcher";

/// Stands in for the launcher in a checkout where the pages have not been built.
const PLACEHOLDER: &str = "<!DOCTYPE html>
<html lang=\"en\">
  <head><meta charset=\"utf-8\"><title>Tickerquest</title></head>
  <body>
    <h1>The launcher has not been built</h1>
    <p>Run <code>scripts/build-site.sh release launcher</code> and build the desktop app again.</p>
  </body>
</html>
";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={LAUNCHER}");
    let page = Path::new(LAUNCHER).join("index.html");
    if !page.exists() {
        fs::create_dir_all(LAUNCHER)?;
        fs::write(page, PLACEHOLDER)?;
    }
    tauri_build::build();
    Ok(())
}
