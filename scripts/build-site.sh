#!/usr/bin/env bash
# Builds the site that the server sends to browsers, and the desktop's launcher page:
#
#   scripts/build-site.sh [release|dev] [app] [launcher]
#
# `release` (the default) is small and slow to build; `dev` is neither, and names the source line
# of a hydration mismatch. Without a part, both are built. The result:
#
#   target/site/manifest.json   the name of each file: {"mode", "boot", "script", "loader", "wasm",
#                               "chunks": {"front": [...], ...}, "bundles": {"front": "...", ...},
#                               "styles", "chart", "files": {"icon.svg": "icon-<hash>.svg", ...}}
#   target/site/app/            the files, served under /assets/: each is named by its content hash,
#                               with its .br and .gz beside it in release mode
#   target/site/launcher/       a whole page with index.html, for the desktop's window
#
# A part whose sources have not changed is not rebuilt.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

mode=release
parts=()
for argument in "$@"; do
  case $argument in
    release | dev) mode=$argument ;;
    app | launcher) parts+=("$argument") ;;
    *) die "Unknown argument '$argument'." "Usage: scripts/build-site.sh [release|dev] [app] [launcher]" ;;
  esac
done
[ ${#parts[@]} != 0 ] || parts=(app launcher)

fingerprint() { # of everything that goes into a part
  {
    printf '%s\n' "$mode"
    with_wasm rustc -vV
    find .cargo web domain Cargo.toml Cargo.lock package-lock.json \
      scripts/build-site.sh scripts/assemble-site.mjs -type f -not -path '*/tests/*' -print0 |
      LC_ALL=C sort -z | xargs -0 cksum
  } | cksum
}

# Both parts are the crate `web` with different features, and cargo writes both to the same web.wasm.
# If it found nothing to compile it would confuse the two, so force it to compile.
forget_other_part() { # part
  local folder=$BUILT/$WASM_TARGET/debug
  [ "$mode" = dev ] || folder=$BUILT/$WASM_TARGET/wasm-release
  mkdir -p "$folder"
  if [ "$(cat "$folder/.part" 2>/dev/null)" != "$1" ]; then
    rm -rf "$folder"/.fingerprint/web-[0-9a-f]*[0-9a-f]
    printf '%s\n' "$1" >"$folder/.part"
  fi
}

# The pages: one module, split into what every page needs and the code of each (web/src/pages/lazy.rs).
# The split follows the relocations.
compile_app() {
  compile hydrate split -C link-arg=--emit-relocs
  compile_checker
}

# The receipt checker: a separate module, which only the proof pages load.
compile_checker() {
  local out=$ROOT/target/packed/checker profile=dev folder=debug
  [ "$mode" = dev ] || profile=wasm-release folder=wasm-release
  with_wasm cargo rustc --locked --package web-checker --lib --crate-type cdylib \
    --target "$WASM_TARGET" --profile "$profile"
  rm -rf "$out"
  "$BUILT/debug/web-packer" whole "$BUILT/$WASM_TARGET/$folder/web_checker.wasm" "$out"
  [ "$mode" = release ] || return 0
  shrink "$out"
}

# The desktop's launcher page: one module.
compile_launcher() { compile csr whole; }

compile() { # feature how-to-pack rustc-flags...
  local feature=$1 how=$2 profile=dev folder=debug out=$ROOT/target/packed/$part packer
  shift 2
  [ "$mode" = dev ] || profile=wasm-release folder=wasm-release
  # Runs on the cores left idle: much of the pages compiles on a single core.
  nice cargo build --locked --quiet --package web-packer &
  packer=$!
  with_wasm cargo rustc --locked --package web --lib --crate-type cdylib \
    --no-default-features --features "$feature" --target "$WASM_TARGET" --profile "$profile" -- "$@"
  wait "$packer"
  rm -rf "$out"
  "$BUILT/debug/web-packer" "$how" "$BUILT/$WASM_TARGET/$folder/web.wasm" "$out"
  [ "$mode" = release ] || return 0
  note "$part (release): making it small ..."
  shrink "$out"
}

# Shrinks the modules of a folder. -Os and -Oz give fewer bytes, but more after compression. Flat code
# shows more that can go.
shrink() { # folder
  find "$1" -name '*.wasm' -print0 |
    xargs -0 -P "$(nproc)" -I {} wasm-opt --flatten --rereloop -O2 -O2 --strip-debug --strip-producers {} -o {} \
      2> >(grep -v 'unknown name subsection' >&2 || true)
}

build() { # part
  local part=$1 inputs stamp start=$SECONDS
  inputs=$(fingerprint)
  stamp=$ROOT/target/site/.$part
  if [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ]; then
    note "$part ($mode): up to date"
    return
  fi
  rm -f "$stamp"
  forget_other_part "$part"
  note "$part ($mode): compiling to WebAssembly ..."
  "compile_$part"
  node scripts/assemble-site.mjs "$part" "$mode"
  printf '%s\n' "$inputs" >"$stamp"
  note "$part ($mode): done in $(elapsed $((SECONDS - start)))"
}

cd "$ROOT"
setup wasm node
# Two runs at once would write the same files.
mkdir -p target/site
exec 8>target/site/.lock
! have flock || flock 8
for part in "${parts[@]}"; do build "$part"; done
