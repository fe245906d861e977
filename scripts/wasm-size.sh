#!/usr/bin/env bash
# Shows what a browser downloads before the first page is interactive, compressed with brotli. The
# charting library comes later, with the first chart.
#
# The goal is 350 KB, and the pages are not there yet: until they are, they may only become smaller.
# It fails above the ceiling; lower the ceiling with every kilobyte that is won.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

GOAL_KB=350
CEILING_KB=512
site=$ROOT/target/site
[ -f "$site/manifest.json" ] || die "There is no built site." "Run scripts/build-site.sh first."

name_of() { sed -n "s/^  \"$1\": \"\(.*\)\",*$/\1/p" "$site/manifest.json"; }

# The brotli copy where there is one: a tiny file is sent as it is.
sent_size() {
  local file=$site/app/$1
  [ ! -f "$file.br" ] || file=$file.br
  wc -c <"$file"
}

[ "$(name_of mode)" = release ] || die "The built site is not a release." "Run scripts/build-site.sh release first."
total=0
for part in boot script wasm styles; do
  bytes=$(sent_size "$(name_of $part)")
  total=$((total + bytes))
  printf '%9d  %s\n' "$bytes" "$part"
done
printf '%9d  first load (goal %d, ceiling %d)\n' "$total" $((GOAL_KB * 1024)) $((CEILING_KB * 1024))
printf '%9d  chart (later, and only on pages with one)\n' "$(sent_size "$(name_of chart)")"
[ "$total" -le $((CEILING_KB * 1024)) ] || die "The first load is over $CEILING_KB KB."
