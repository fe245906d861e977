#!/usr/bin/env bash
# Installs what is missing, and nothing else. Run it with the names of what you need, or let the
# other scripts call it:
#
#   scripts/setup.sh wasm node         to build and play
#   scripts/setup.sh postgres redis    for the tests that start servers of their own
#   scripts/setup.sh browser desktop   to test in Chromium and in the desktop window
#   scripts/setup.sh samples lint      real price history; shellcheck, cargo-deny, cargo-machete
#   scripts/setup.sh schemathesis      to fuzz the API from its description
#
# When sourced, it provides the same as functions. What it installs itself goes into the user's cache
# (~/.cache/tickerquest), node_modules and .tools; only Debian packages need root.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/setup-wasm.sh"

CARGO_DENY=0.20.2
CARGO_MACHETE=0.9.2
SAMPLE_DATA=2025.0
SCHEMATHESIS=4.32.5

# wasm-bindgen's test runner must have exactly the version that the tests are compiled with.
wasm_bindgen_version() {
  awk '/^name = "wasm-bindgen"$/ { getline; gsub(/version = |"/, ""); print; exit }' "$ROOT/Cargo.lock"
}

# Compiles a tool from crates.io into the cache, once per version, and puts it on the PATH.
cargo_tool() { # crate version about-how-long cargo-install-flags...
  local crate=$1 version=$2 time=$3 dir
  shift 3
  dir=$CACHE/tools/$crate-$version
  if ! compgen -G "$dir/bin/*" >/dev/null; then
    # Debug builds of the tools compile in a third of the time and are fast enough.
    quietly "Installing $crate $version (about $time, once)" \
      env -u CARGO_TARGET_DIR -u RUSTUP_TOOLCHAIN -u RUSTFLAGS CARGO_PROFILE_DEV_DEBUG=0 \
      cargo install "$crate" --version "$version" --debug --root "$dir.new" "$@"
    rm -rf "$dir"
    mv "$dir.new" "$dir"
  fi
  PATH=$dir/bin:$PATH
}

setup_native() {
  rust_ready
  have cc || apt_install "A C compiler is missing (SQLite is written in C)" build-essential
}

# Tests start their own servers; the one that Debian would start at boot is not used.
setup_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || have initdb pg_ctl postgres psql ||
    apt_install "PostgreSQL is missing (the store is tested on a private one)" postgresql
}

setup_redis() {
  have redis-server || apt_install "Redis is missing (several servers are tested with one)" redis-server
}

setup_wasm() {
  setup_native
  wasm_ready
}

# Runs tests in WebAssembly. The pages are packed by our own program, built on the same library.
setup_wasm_bindgen() {
  cargo_tool wasm-bindgen-cli "$(wasm_bindgen_version)" "1 minute" --no-default-features
}

# wasm-opt, the charting library and the accessibility check come from npm.
setup_node() {
  have node npm || apt_install "Node.js and npm are missing" nodejs npm
  local stamp=$ROOT/node_modules/.installed
  if ! cmp -s "$ROOT/package-lock.json" "$stamp"; then
    (cd "$ROOT" && quietly "Installing the packages of package-lock.json" npm ci --ignore-scripts)
    cp "$ROOT/package-lock.json" "$stamp"
  fi
  PATH=$ROOT/node_modules/.bin:$PATH
}

setup_browser() {
  have chromium chromedriver ||
    apt_install "Chromium and its driver are missing" chromium chromium-driver
  have chromedriver || die "Chromium was installed, but there is no chromedriver beside it."
}

setup_desktop() {
  local missing=()
  have pkg-config || missing+=(pkg-config)
  have pkg-config && pkg-config --exists webkit2gtk-4.1 || missing+=(libwebkit2gtk-4.1-dev)
  have WebKitWebDriver || missing+=(webkit2gtk-driver)
  have Xvfb || missing+=(xvfb)
  # A page without any font has no text to click on.
  compgen -G '/usr/share/fonts/*/*' >/dev/null || missing+=(fonts-dejavu-core)
  [ ${#missing[@]} = 0 ] || apt_install "The desktop window needs more" "${missing[@]}"
}

# Daily price history of five real companies (public domain), the input of the import tests.
setup_samples() {
  local out=$ROOT/.tools/sample-data work
  [ -f "$out/$SAMPLE_DATA" ] && return
  python3 -m pip --version >/dev/null 2>&1 ||
    apt_install "Python's pip is missing (it fetches the sample data)" python3-pip
  work=$(mktemp -d)
  quietly "Fetching bokeh-sampledata $SAMPLE_DATA" \
    python3 -m pip download --no-deps --dest "$work" "bokeh-sampledata==$SAMPLE_DATA"
  rm -rf "$out"
  mkdir -p "$out"
  python3 - "$work" "$out" <<'PYTHON'
import pathlib, sys, zipfile
work, out = map(pathlib.Path, sys.argv[1:])
names = {f"{symbol}.csv" for symbol in ("AAPL", "FB", "GOOG", "IBM", "MSFT")}
with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
    for entry in wheel.namelist():
        name = entry.rsplit("/", 1)[-1]
        if name in names or name.startswith("LICENSE"):
            (out / name).write_bytes(wheel.read(entry))
            names.discard(name)
sys.exit(f"missing in the package: {sorted(names)}" if names else 0)
PYTHON
  rm -rf "$work"
  : >"$out/$SAMPLE_DATA"
}

# Schemathesis fuzzes an API from its description. It gets its own environment, so that neither the
# user's nor the system's packages are touched.
setup_schemathesis() {
  local dir=$CACHE/tools/schemathesis-$SCHEMATHESIS
  if [ ! -x "$dir/bin/schemathesis" ]; then
    python3 -c 'import ensurepip, venv' 2>/dev/null ||
      apt_install "Python cannot make environments" python3-venv
    rm -rf "$dir"
    quietly "Installing schemathesis $SCHEMATHESIS" install_schemathesis "$dir"
  fi
  PATH=$dir/bin:$PATH
}

# It cannot be moved after it is created: an environment's programs contain its own path. So the
# program that setup looks for is installed last.
install_schemathesis() { # folder
  python3 -m venv "$1" || return 1
  if ! "$1/bin/python" -m pip install --disable-pip-version-check "schemathesis==$SCHEMATHESIS"; then
    rm -rf "$1"
    return 1
  fi
}

setup_lint() {
  have shellcheck || apt_install "shellcheck is missing" shellcheck
  cargo_tool cargo-deny "$CARGO_DENY" "1 minute" --locked --no-default-features
  cargo_tool cargo-machete "$CARGO_MACHETE" "1 minute" --locked
  # Debian's compiler comes without Clippy.
  [ -z "$WASM_TOOLCHAIN" ] || [ -x /usr/bin/cargo-clippy ] ||
    apt_install "Clippy for the wasm compiler is missing" rust-web-clippy
}

setup() { # names...
  local name
  for name in "$@"; do
    declare -F "setup_$name" >/dev/null || die "There is nothing called '$name' to set up."
  done
  one_at_a_time
  for name in "$@"; do "setup_$name"; done
  others_may_go_on
  export PATH
}

# Runs cargo and similar commands with the compiler that can build WebAssembly.
with_wasm() { # command...
  if [ -n "$WASM_TOOLCHAIN" ]; then RUSTUP_TOOLCHAIN=$WASM_TOOLCHAIN "$@"; else "$@"; fi
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  [ $# != 0 ] || set -- wasm node wasm_bindgen postgres redis browser desktop samples lint
  setup "$@"
  say "Ready: $*"
fi
