# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the scripts that source it
# Shared by all scripts: paths, progress output, package installation. Sourced, never run.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Tools are cached per user and per version, so that a second checkout finds them ready.
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/tickerquest

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'
else
  BOLD='' DIM='' RED='' GREEN='' PLAIN=''
fi

# Cargo's target folder.
BUILT=${CARGO_TARGET_DIR:-$ROOT/target}

say() { printf '%s\n' "$*"; }
note() { printf '%s      %s%s\n' "$DIM" "$*" "$PLAIN"; }

die() {
  printf '%serror:%s %s\n' "$RED" "$PLAIN" "$1" >&2
  shift
  local line
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

have() { # commands...
  local name
  for name in "$@"; do command -v "$name" >/dev/null 2>&1 || return 1; done
}

elapsed() { # seconds -> "1 min 05 s"
  if [ "$1" -ge 60 ]; then printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); else printf '%d s' "$1"; fi
}

# Runs a long command with its output in a log, reports every half minute that it is still running,
# and shows the end of the log if it fails.
quietly() { # what-it-does command...
  local what=$1 log start beat status=0
  shift
  mkdir -p "$CACHE/logs"
  log=$CACHE/logs/$(printf '%s' "$what" | tr -cs 'A-Za-z0-9.\n' '-' | cut -c1-60).log
  start=$SECONDS
  note "$what ..."
  # Killing it also kills its sleep, and it does not hold the lock of one_at_a_time.
  (
    trap 'kill $! 2>/dev/null; exit' TERM
    while :; do
      sleep 30 &
      wait $!
      note "... still at it ($(elapsed $((SECONDS - start))))"
    done
  ) 9>&- &
  beat=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$beat" 2>/dev/null || true
  wait "$beat" 2>/dev/null || true
  if [ "$status" != 0 ]; then
    tail -n 40 "$log" >&2
    die "$what failed (exit $status)." "The whole log: $log"
  fi
  note "done in $(elapsed $((SECONDS - start)))"
}

# Two setups at once (two terminals, two checkouts) would write the same files.
one_at_a_time() {
  mkdir -p "$CACHE"
  have flock || return 0
  exec 9>"$CACHE/lock"
  if ! flock -n 9; then
    note "another set-up is running; waiting for it"
    flock 9
  fi
}

others_may_go_on() { have flock && exec 9>&-; return 0; }

APT_UPDATED=''

# Installs Debian packages; on other systems reports what is needed and why.
apt_install() { # why package...
  local why=$1 apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600)
  shift
  if ! have apt-get; then
    die "$why: please install it with your system's package manager." \
      "On Debian the packages are: $*"
  fi
  if [ "$(id -u)" != 0 ]; then
    if have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      apt=(sudo "${apt[@]}")
    else
      die "$why, and installing it needs root." "Run this, then start again:" \
        "  sudo apt-get update && sudo apt-get install --no-install-recommends $*"
    fi
    # Ask for the password here: the prompt would vanish into a log.
    say "      $why: sudo apt-get install $*"
    sudo true
  fi
  [ -n "$APT_UPDATED" ] || quietly "Updating the package list" "${apt[@]}" update
  APT_UPDATED=yes
  quietly "Installing $*" "${apt[@]}" install -y --no-install-recommends "$@"
}

# Announces each part of a longer run: `steps 3` once, then `step "Title"` for each part.
steps() { STEP=0 STEPS=$1; }
step() {
  STEP=$((STEP + 1))
  printf '%s[%d/%d] %s%s\n' "$BOLD" "$STEP" "$STEPS" "$*" "$PLAIN"
}
