//! Builds the server anew when the site that it embeds was built anew.

/// Asks for the server's libraries alone, which are all that can be compiled before there are pages.
const LIBRARIES_ONLY: &str = "TICKERQUEST_LIBRARIES_ONLY";

fn main() {
    if std::env::var_os(LIBRARIES_ONLY).is_some() {
        println!("cargo:warning=the server itself waits for its pages ({LIBRARIES_ONLY} is set)");
        std::process::exit(1);
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../target/site/manifest.json");
}
