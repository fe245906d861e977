#!/usr/bin/env bash
# Checks that no compiler or linter makes: file length, leftover markers, machine-specific paths and
# hosts, migrations that exist for only one database.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

MAX_LINES=400
findings=0
finding() { printf '%s\n' "$*"; findings=$((findings + 1)); }

# Every hand-written text file of the project.
files() {
  if [ -e .git ]; then
    git ls-files --cached --others --exclude-standard
  else
    find . -type f -not -path './target/*' -not -path './node_modules/*' -not -path './data/*' \
      -not -path './.tools/*' | sed 's|^\./||'
  fi | grep -vE '(^|/)(Cargo\.lock|package-lock\.json)$|\.(png|jpg|webp|ico|icns|woff2|gz|snap)$' |
    while IFS= read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

# A pattern that must not occur in any file, and why. The brackets keep a pattern from matching itself.
unwanted() { # pattern reason [files to look in]
  local found
  found=$(files | grep -E "${3:-.}" | tr '\n' '\0' | xargs -0 grep -nIE "$1" /dev/null || true)
  [ -z "$found" ] || while IFS= read -r line; do finding "$2: $line"; done <<<"$found"
}

while IFS= read -r file; do
  lines=$(wc -l <"$file")
  [ "$lines" -le "$MAX_LINES" ] || finding "over $MAX_LINES lines: $file ($lines)"
done < <(files | grep -E '\.(rs|css|sh|mjs|sql|html)$|^(play|check|\.ci/run)$')

unwanted '\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b' "unfinished"
unwanted '(^|[^A-Za-z0-9_.])/(hom[e]|roo[t]|wor[k]|User[s])/' "a path of one machine"
unwanted '(registry\.npm[j]s|(static|index)\.crate[s]|pyp[i]\.org|files\.python[h]osted|deb\.debia[n]|proxy\.golan[g])' "a registry's host"
unwanted '#\[ignor[e]' "an ignored test" '\.rs$'
unwanted '[[:blank:]]+$' "blanks at the end of a line" '\.(rs|css|sh|mjs|sql|html|toml|json|md)$'

# Both databases must have the same migrations.
if compgen -G 'migrations/sqlite/*.sql' >/dev/null && compgen -G 'migrations/postgres/*.sql' >/dev/null; then
  while IFS= read -r line; do
    finding "a migration for one database only: $line"
  done < <(diff <(cd migrations/sqlite && ls) <(cd migrations/postgres && ls) | grep '^[<>]')
fi

[ "$findings" = 0 ] || die "$findings findings."
say "tidy: $(files | wc -l) files looked at, nothing found."
