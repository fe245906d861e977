//! Takes pictures of the real game, by hand.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use e2e::pictures;

#[derive(Debug, Parser)]
#[command(
    about = "Takes pictures of the real game; build it first: cargo build --package server --bin tickerquest"
)]
struct Arguments {
    #[command(subcommand)]
    run: Run,
}

#[derive(Debug, Subcommand)]
enum Run {
    /// Takes pictures of every page, light and dark, on a phone and on a large screen.
    Screenshots {
        /// Where to put them.
        folder: PathBuf,
    },
    /// Takes the picture of the README.
    ReadmePicture,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().run {
        Run::Screenshots { folder } => pictures::screenshots(&folder).await,
        Run::ReadmePicture => pictures::readme_picture().await,
    }
}
