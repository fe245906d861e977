#!/usr/bin/env bash
# Checks the files of ops/: the dashboard is JSON and uses only metrics that exist, the alert rules
# pass promtool, and each alert has its entry in docs/runbook.md.
#
#   scripts/check-ops.sh
#
# promtool comes with Debian's package prometheus. If it is not installed, the package is downloaded to
# .tools and unpacked there; nothing is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

find_promtool() {
  command -v promtool && return
  local kept=$PWD/.tools/prometheus
  if [ ! -x "$kept/usr/bin/promtool" ]; then
    command -v apt-get >/dev/null || {
      echo "check-ops: promtool is missing; install Prometheus" >&2
      return 1
    }
    mkdir -p "$kept"
    (cd "$kept" && apt-get download prometheus >/dev/null && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb)
  fi
  echo "$kept/usr/bin/promtool"
}

python3 -m json.tool ops/dashboard.json >/dev/null
echo "ops/dashboard.json is JSON"

promtool=$(find_promtool)
"$promtool" check rules ops/alerts.yml
"$promtool" test rules ops/alerts_test.yml
"$promtool" check config ops/prometheus.yml

failed=0
while read -r alert; do
  if ! grep -qx "## $alert" docs/runbook.md; then
    echo "docs/runbook.md has no entry for the alert $alert" >&2
    failed=1
  fi
done < <(sed -n 's/^ *- alert: //p' ops/alerts.yml)

# Every metric that the rules and the dashboard use is one that the server exports.
while read -r metric; do
  plain=${metric#tickerquest_}
  for suffix in _total _bucket _count _sum; do plain=${plain%"$suffix"}; done
  if ! grep -rqE "\"(${plain}|${plain#engine_})\"" server/src/metrics server/src/metrics.rs \
    server/src/engine/counts.rs server/src/market/live/calls.rs; then
    echo "ops/ asks for $metric, which the server does not export" >&2
    failed=1
  fi
done < <(grep -ohE 'tickerquest_[a-z_]+' ops/alerts.yml ops/dashboard.json | sort -u)
[ "$failed" = 0 ] && echo "every alert has an entry in docs/runbook.md, and every metric exists"
exit "$failed"
