# shellcheck shell=bash
# A Rust compiler for the native side and one that can build WebAssembly. Sourced by setup.sh.
#
# The wasm compiler is the first of these that works: the active toolchain, if it has the target; the
# active toolchain after `rustup target add`, if rustup may download (RUSTUP_AUTO_INSTALL is not 0);
# Debian's own compiler, whose standard library for wasm is built once from Debian's source. The last
# needs root only for apt: it is our own folder in the cache, which borrows the compiler from /usr.

WASM_TARGET=wasm32-unknown-unknown

# The rustup toolchain for wasm builds; empty if it is the active one.
WASM_TOOLCHAIN=''

has_wasm_std() { # rustc
  local dir
  dir=$(cd "$ROOT" && "$1" --print target-libdir --target "$WASM_TARGET" 2>/dev/null) || return 1
  compgen -G "$dir/libstd-*.rlib" >/dev/null && compgen -G "$dir/libtest-*.rlib" >/dev/null
}

rust_ready() {
  have cargo || die "Rust is missing." "Install it with rustup (https://rustup.rs) and start again."
  # If allowed, rustup installs the toolchain of rust-toolchain.toml here.
  (cd "$ROOT" && rustc -vV >/dev/null) ||
    die "The Rust compiler that rust-toolchain.toml names is not installed." \
      "Install it with: rustup toolchain install"
}

wasm_ready() {
  has_wasm_std rustc && return
  if have rustup && [ "${RUSTUP_AUTO_INSTALL:-1}" != 0 ]; then
    note "Adding $WASM_TARGET with rustup ..."
    if (cd "$ROOT" && rustup target add "$WASM_TARGET") && has_wasm_std rustc; then return; fi
    note "rustup could not add it; trying Debian's compiler"
  fi
  debian_wasm_ready
}

debian_wasm_ready() {
  local rustc=/usr/bin/rustc packages='rustc-web cargo-web rust-web-src' llvm release
  # shellcheck disable=SC2086 # a list of words
  if ! dpkg-query -W -f '${db:Status-Status}\n' $packages 2>/dev/null |
    awk '$1 != "installed" { exit 1 } END { exit NR != 3 }'; then
    have rustup dpkg-query ||
      die "The Rust compiler cannot build for $WASM_TARGET." \
        "With rustup:  rustup target add $WASM_TARGET" \
        "Otherwise install your system's package with that target's standard library."
    apt_install "A compiler for $WASM_TARGET is missing" $packages
  fi
  llvm=$($rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
  [ -x "/usr/bin/lld-$llvm" ] || apt_install "The linker for $WASM_TARGET is missing" "lld-$llvm"

  release=$($rustc -vV | sed -n 's/^release: //p')
  WASM_TOOLCHAIN=$CACHE/wasm-toolchain-$release-$($rustc -vV | cksum | cut -d' ' -f1)
  has_wasm_std "$WASM_TOOLCHAIN/bin/rustc" || assemble_debian_toolchain "$WASM_TOOLCHAIN" "$llvm"
  has_wasm_std "$WASM_TOOLCHAIN/bin/rustc" ||
    die "Debian's compiler still cannot build for $WASM_TARGET." "Look into $WASM_TOOLCHAIN"
}

# Our own sysroot: links to Debian's compiler and native library, with the wasm library beside them.
assemble_debian_toolchain() { # folder llvm-version
  local out=$1 llvm=$2 host tool new
  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  new=$out.new
  rm -rf "$CACHE"/wasm-toolchain-* # of other versions, or left half done
  mkdir -p "$new/bin" "$new/lib/rustlib/$host/bin"
  ln -s /usr/bin/cargo "$new/bin/cargo"
  for tool in rustc rustdoc; do
    printf '#!/bin/sh\nexec /usr/bin/%s --sysroot "%s" "$@"\n' "$tool" "$out" >"$new/bin/$tool"
  done
  # Clippy looks for its driver beside itself, in /usr/bin, and reads the sysroot from the environment.
  printf '#!/bin/sh\nSYSROOT="%s" exec /usr/bin/cargo-clippy "$@"\n' "$out" >"$new/bin/cargo-clippy"
  chmod +x "$new"/bin/rustc "$new"/bin/rustdoc "$new"/bin/cargo-clippy
  ln -s "/usr/lib/rustlib/$host/lib" "$new/lib/rustlib/$host/lib"
  ln -s "/usr/bin/lld-$llvm" "$new/lib/rustlib/$host/bin/rust-lld"
  if has_wasm_std /usr/bin/rustc; then
    ln -s "/usr/lib/rustlib/$WASM_TARGET" "$new/lib/rustlib/$WASM_TARGET"
  else
    quietly "Building the standard library for $WASM_TARGET (about a minute, once)" \
      build_wasm_std "$new/lib/rustlib/$WASM_TARGET/lib"
  fi
  mv "$new" "$out"
}

build_wasm_std() { # folder for the libraries
  local out=$1 work source
  work=$(mktemp -d)
  source=$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library
  mkdir -p "$work/src" "$out"
  : >"$work/src/lib.rs"
  cat >"$work/Cargo.toml" <<'TOML'
[package]
name = "empty"
version = "0.0.0"
edition = "2024"

[workspace]

[profile.release]
opt-level = 3
codegen-units = 1
TOML
  # A clean environment and a separate home: no user setting may leak into the library.
  # `embed-bitcode` lets the page build optimize across it.
  (cd "$work" && env -i PATH=/usr/bin:/bin HOME="$work" CARGO_HOME="$work/home" \
    RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS="-Cembed-bitcode=yes -Clinker=rust-lld --remap-path-prefix=$work=/std" \
    /usr/bin/cargo build --offline --release --target "$WASM_TARGET" \
    -Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro \
    --config 'source.crates-io.replace-with="debian"' \
    --config "source.debian.directory=\"$source/vendor\"") || return 1
  rm -f "$work"/target/"$WASM_TARGET"/release/deps/libempty-*
  cp "$work"/target/"$WASM_TARGET"/release/deps/lib*.rlib "$out/" || return 1
  rm -rf "$work"
}
