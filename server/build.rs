//! Builds the server anew when the site that it embeds was built anew.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../target/site/manifest.json");
}
