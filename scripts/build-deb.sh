#!/usr/bin/env bash
# Builds the Debian package: the program with its pages inside, its systemd unit and its settings.
#
#   scripts/build-deb.sh        # target/debian/tickerquest_*.deb
#
# It needs cargo-deb (`cargo install cargo-deb --locked`).
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$ROOT" || exit

command -v cargo-deb >/dev/null || {
  echo "build-deb: cargo-deb is missing: cargo install cargo-deb --locked" >&2
  exit 1
}
setup native wasm node
"$ROOT/scripts/build-site.sh" release app
cargo build --locked --release --package server --bin tickerquest
cargo deb --no-build --package server
