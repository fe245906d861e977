#!/usr/bin/env bash
# Builds what browsers get from the server, and the desktop's launcher page:
#
#   scripts/build-site.sh [release|dev] [app] [launcher]
#
# `release` (the default) is small and slow to build; `dev` is neither, and names the source line
# of a hydration mismatch. Without a part both are built. The result:
#
#   target/site/manifest.json   the name of each file: {"mode", "boot", "script", "wasm", "styles",
#                               "chart", "files": {"icon.svg": "icon-<hash>.svg", ...}}
#   target/site/app/            the files, served under /assets/: each is named by its content, and
#                               in release stands beside its .br and .gz
#   target/site/launcher/       a whole page with index.html, for the desktop's window
#
# A part whose sources have not changed since is left as it is.
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
    printf '%s\n' "$mode" "$(wasm_bindgen_version)"
    with_wasm rustc -vV
    find web domain Cargo.toml Cargo.lock Trunk.toml package-lock.json \
      scripts/build-site.sh scripts/assemble-site.mjs -type f -not -path '*/tests/*' -print0 |
      LC_ALL=C sort -z | xargs -0 cksum
  } | cksum
}

# Both parts are the crate `web` with other features, and cargo writes both to the same web.wasm.
# It would take the one for the other where it finds nothing to compile, so let it compile.
forget_other_part() { # part
  local folder=$BUILT/$WASM_TARGET/debug
  [ "$mode" = dev ] || folder=$BUILT/$WASM_TARGET/wasm-release
  mkdir -p "$folder"
  if [ "$(cat "$folder/.part" 2>/dev/null)" != "$1" ]; then
    rm -rf "$folder"/.fingerprint/web-[0-9a-f]*[0-9a-f]
    printf '%s\n' "$1" >"$folder/.part"
  fi
}

build() { # part
  local part=$1 page=web/index.html url=/assets/ flags=() inputs stamp start=$SECONDS
  inputs=$(fingerprint)
  stamp=$ROOT/target/site/.$part
  if [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ]; then
    note "$part ($mode): up to date"
    return
  fi
  rm -f "$stamp"
  [ "$part" = app ] || page=web/launcher.html url=/
  [ "$mode" = dev ] || flags=(--release)
  forget_other_part "$part"
  note "$part ($mode): compiling to WebAssembly ..."
  # Trunk misreads NO_COLOR=1.
  with_wasm env -u NO_COLOR trunk build "$page" --dist "target/trunk/$part" --html-output index.html \
    --public-url "$url" ${flags[@]+"${flags[@]}"}
  node scripts/assemble-site.mjs "$part" "$mode"
  printf '%s\n' "$inputs" >"$stamp"
  note "$part ($mode): done in $(elapsed $((SECONDS - start)))"
}

cd "$ROOT"
setup wasm web
# Trunk asks for the crates without network; this fetches them where it is still the first time.
with_wasm cargo fetch --locked --quiet --target "$WASM_TARGET"
for part in "${parts[@]}"; do build "$part"; done
