#!/usr/bin/env bash
# Shows what a browser downloads before a page is interactive, compressed with brotli, for a first
# visit to each group of pages. The charting library and the code that uses it load later.
#
# It fails if the WebAssembly of a first load exceeds the limit, and reports the distance from the
# goal for WebAssembly and scripts together.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -f "$ROOT/target/site/manifest.json" ] || die "There is no built site." "Run scripts/build-site.sh first."
node --input-type=module - "$ROOT/target/site" <<'JAVASCRIPT'
import { existsSync, readFileSync, statSync } from "node:fs";

const LIMIT = 385_000;
const GOAL = 250_000;
const site = process.argv[2];
const manifest = JSON.parse(readFileSync(`${site}/manifest.json`, "utf8"));
if (manifest.mode !== "release") {
  console.error("The built site is not a release. Run scripts/build-site.sh release first.");
  process.exit(1);
}
// The brotli copy if there is one: a tiny file is sent uncompressed.
const sent = (name) => {
  const file = `${site}/app/${name}`;
  return statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size;
};
const sum = (names) => names.map(sent).reduce((all, one) => all + one, 0);
const show = (bytes, what) => console.log(`${String(bytes).padStart(9)}  ${what}`);

const scripts = sum([manifest.boot, manifest.script, manifest.loader]);
show(sent(manifest.wasm), "WebAssembly of every page");
show(scripts, "scripts of every page");
show(sent(manifest.styles), "styles of every page");
let heaviest = 0;
for (const [pages, bundle] of Object.entries(manifest.bundles)) {
  const wasm = sent(manifest.wasm) + sent(bundle);
  heaviest = Math.max(heaviest, wasm);
  const modules = manifest.chunks[pages].length + 1;
  show(wasm, `WebAssembly of a first load of "${pages}" (${wasm + scripts} with scripts, ${modules} modules)`);
}
show(sent(manifest.chart) + sum(manifest.chunks.chart ?? []), "chart (later, and only on pages with one)");
console.log(`heaviest first load: WebAssembly ${heaviest} of at most ${LIMIT}; `
  + `with scripts ${heaviest + scripts}, goal ${GOAL}`);
if (heaviest > LIMIT) {
  console.error(`The WebAssembly of a first load is over ${LIMIT} bytes.`);
  process.exit(1);
}
JAVASCRIPT
