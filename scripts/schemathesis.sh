#!/usr/bin/env bash
# Fuzzes the server's API with requests that its own description allows, and many that it does not:
#
#   scripts/schemathesis.sh [--seconds N] [--seed N]
#
# A debug server is started on a free port with a fresh data folder. It is fuzzed for N seconds (45
# by default) anonymously, and for as long as a player. Every response must match the description,
# and none may be a server error. A longer run finds more: --seconds 1800. To reproduce a finding,
# the run prints the seed, and a curl command for each.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$ROOT"

seconds=45 seed=''
while [ $# != 0 ]; do
  case $1 in
    --seconds) seconds=${2:?seconds} ;;
    --seed) seed=${2:?a seed} ;;
    *) die "There is no option '$1'." "The options are: --seconds N, --seed N" ;;
  esac
  shift 2
done
[ -n "$seed" ] || seed=$RANDOM$RANDOM

setup native schemathesis
have curl || apt_install "curl is missing" curl
[ -n "${TICKERQUEST_BIN:-}" ] || cargo build --locked --package server --bin tickerquest
program=$(realpath "${TICKERQUEST_BIN:-$BUILT/debug/tickerquest}")
settings=$ROOT/scripts/schemathesis.toml

work=$(mktemp -d)
server=''
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# Uses only these settings: no file, and none of the caller's variables. Here all clients share one
# address and send requests faster than people do.
start_server() {
  local name
  for name in $(compgen -e | grep '^TICKERQUEST_' || true); do unset "$name"; done
  unset DATABASE_URL
  cd "$work"
  export TICKERQUEST_DATA_DIR=$work/data TICKERQUEST_LISTEN=127.0.0.1:0
  for name in REQUESTS_PER_MINUTE REQUEST_BURST REQUESTS_PER_MINUTE_PER_ADDRESS \
    ANONYMOUS_PER_MINUTE_PER_ADDRESS LOGINS_PER_MINUTE_PER_ADDRESS LOGINS_PER_MINUTE_PER_IDENTITY; do
    export "TICKERQUEST_LIMITS__$name=1000000"
  done
  exec "$program" serve >"$work/out" 2>"$work/log"
}

(start_server) &
server=$!
address=''
for _ in $(seq 600); do
  address=$(sed -n 's/^Tickerquest is ready at //p' "$work/out" 2>/dev/null || true)
  [ -z "$address" ] || break
  kill -0 "$server" 2>/dev/null || die "The server does not start:" "$(tail -n 5 "$work/log")"
  sleep 0.1
done
[ -n "$address" ] || die "The server is not ready after a minute." "$(tail -n 5 "$work/log")"

guest_token() {
  curl --silent --fail-with-body --request POST --header 'Content-Type: application/json' \
    --data '{"session": "token"}' "$address/api/v1/auth/guest" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])'
}

failed=''
ask() { # name flags...
  local name=$1 status=0
  shift
  note "$name, $seconds s, seed $seed ..."
  (cd "$work" && schemathesis --config-file "$settings" run "$address/api/v1/openapi.json" \
    --seed "$seed" --max-time "$seconds" --max-examples 1000 --phases examples,coverage,fuzzing \
    --continue-on-failure --generation-database none --no-color "$@") \
    >"$work/asked" 2>&1 || status=$?
  if [ "$status" = 0 ]; then
    note "$(grep ' generated' "$work/asked" | tail -n 1 | xargs)"
  else
    cat "$work/asked" >&2
    failed=yes
  fi
}

ask "As anybody"
# After a log-out every response would be 401.
ask "As a player" --header "Authorization: Bearer $(guest_token)" --exclude-path /api/v1/auth/logout
kill -0 "$server" 2>/dev/null || die "The server has ended by itself." "$(tail -n 20 "$work/log")"
[ -z "$failed" ] || die "The API is not as its description says." \
  "Again with: scripts/schemathesis.sh --seconds $seconds --seed $seed"
say "schemathesis: every answer was as the description says."
