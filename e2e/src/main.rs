//! Looks at the real game in a browser, by hand: takes pictures, and measures a page.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use e2e::{pictures, proof_page};

#[derive(Debug, Parser)]
#[command(
    about = "Looks at the real game in a browser; build it first: cargo build --package server --bin tickerquest"
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
    /// Visits a page of proof; prints the milliseconds of each visit until its last check is shown, as JSON.
    ProofPage {
        /// The server, such as <http://127.0.0.1:8080>.
        address: String,
        /// The page's path.
        path: String,
        /// How often it is visited.
        #[arg(long, default_value_t = 5)]
        times: usize,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().run {
        Run::Screenshots { folder } => pictures::screenshots(&folder).await,
        Run::ReadmePicture => pictures::readme_picture().await,
        Run::ProofPage {
            address,
            path,
            times,
        } => proof_page::measure(&address, &path, times).await,
    }
}
