#!/usr/bin/env bash
# Runs the tests of `domain` compiled to WebAssembly:
#
#   scripts/test-wasm.sh node|browser [cargo test arguments...]
#
# Tests that should run there carry `#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]`. A run
# without a single test fails, because it would prove nothing.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

where=${1:-node}
[ $# = 0 ] || shift
case $where in
  node) setup wasm wasm_bindgen node ;;
  browser) setup wasm wasm_bindgen browser ;;
  *) die "Unknown place '$where'." "Usage: scripts/test-wasm.sh node|browser" ;;
esac

export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner
export WASM_BINDGEN_TEST_TIMEOUT=300
if [ "$where" = browser ]; then
  CHROMEDRIVER=$(command -v chromedriver)
  export CHROMEDRIVER
  export WASM_BINDGEN_USE_BROWSER=1
  export WASM_BINDGEN_TEST_DRIVER_TIMEOUT=60
  export WASM_BINDGEN_TEST_WEBDRIVER_JSON=$ROOT/scripts/webdriver.json
fi

cd "$ROOT"
output=$(mktemp)
trap 'rm -f "$output"' EXIT
with_wasm cargo test --locked -p domain --tests --target "$WASM_TARGET" "$@" 2>&1 | tee "$output"
passed=$(awk '/^test result: ok\./ { sum += $4 } END { print sum + 0 }' "$output")
[ "$passed" -gt 0 ] || die "Not one test of domain ran in WebAssembly ($where)."
say "$passed tests of domain passed in WebAssembly ($where)."
