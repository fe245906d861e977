// Makes of the packed modules what is served: `node scripts/assemble-site.mjs app|launcher release|dev`.
// See build-site.sh for what comes out.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const [part, mode] = process.argv.slice(2);
const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "..");
const built = join(root, "target/packed", part);
const site = join(root, "target/site");
const assets = join(root, "web/assets");
const CHART = "node_modules/lightweight-charts/dist/lightweight-charts.standalone.production.mjs";

/** Says how the pages are installed like a program. */
const MANIFEST = "manifest.webmanifest";

/** Files that are compressed already. */
const COMPRESSED = new Set([".br", ".gz", ".ico", ".jpg", ".png", ".webp", ".woff2"]);

/** The names of all files under a folder, as paths relative to it. */
function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function hashedName(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const extension = extname(name);
  return `${basename(name, extension)}-${hash}${extension}`;
}

/** Starts the page; a file of its own, so that no page needs an inline script. */
function bootModule(script, wasm) {
  return `import start, * as page from "./${script}";\n`
    + `await start({ module_or_path: new URL("./${wasm}", import.meta.url) });\n`
    + `page.hydrate?.();\n`;
}

/** One style sheet with its imports in place; pictures and fonts by the names they are served under. */
function bundleStyles(file, nameOf, seen = new Set()) {
  if (seen.has(file)) return "";
  seen.add(file);
  return readFileSync(file, "utf8")
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/@import\s+(?:url\()?["']([^"']+)["']\)?\s*([^;]*);/g, (whole, path, condition) => {
      const inner = bundleStyles(join(dirname(file), path), nameOf, seen);
      const layer = condition.match(/^layer\(([^)]+)\)$/);
      if (layer) return `@layer ${layer[1]} {\n${inner}}\n`;
      if (condition) throw new Error(`${file}: cannot bundle "${whole}"`);
      return inner;
    })
    .replace(/url\((["']?)(\.[^"')]+)\1\)/g, (_, quote, path) =>
      `url(${quote}${nameOf(resolve(dirname(file), path), file)}${quote})`)
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trimStart();
}

/** Puts a compressed copy beside each file that gains by it. */
async function compressAll(folder) {
  const compressors = [
    [".br", promisify(brotliCompress), (size) => ({ params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 22,
      [constants.BROTLI_PARAM_SIZE_HINT]: size,
    } })],
    [".gz", promisify(gzip), () => ({ level: 9 })],
  ];
  const work = [];
  for (const name of filesUnder(folder).filter((name) => !COMPRESSED.has(extname(name)))) {
    const content = readFileSync(join(folder, name));
    for (const [extension, compress, options] of compressors) {
      work.push(compress(content, options(content.length)).then((packed) => {
        if (packed.length < content.length) writeFileSync(join(folder, name + extension), packed);
      }));
    }
  }
  await Promise.all(work);
}

/** Replaces a folder by its new content in one step, as near as a file system lets us. */
function replaceFolder(fresh, folder) {
  const old = `${folder}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(fresh, folder);
  rmSync(old, { recursive: true, force: true });
}

/**
 * What the loader begins with. The modules of the page that loads first come in one file: together they
 * compress better, and they are asked for once. Later pages fetch those of their modules that are missing.
 */
const BUNDLE_READER = `
const arriving = new Map();
let begun = false;
function begin(page) {
    const bundle = begun ? undefined : bundles[page];
    begun = true;
    if (!bundle) return;
    const [file, ...parts] = bundle;
    const whole = fetch(new URL("./" + file, import.meta.url)).then((answer) => {
        if (!answer.ok) throw new Error(file + ": status " + answer.status);
        return answer.arrayBuffer();
    });
    let end = 0;
    for (const part of parts) {
        const start = end;
        end += modules[part][1];
        const stop = end;
        const headers = { "content-type": "application/wasm" };
        arriving.set(part, whole.then((bytes) => new Response(bytes.slice(start, stop), { headers })));
    }
}
function getModule(part) {
    const one = arriving.get(part);
    arriving.delete(part);
    const alone = () => fetch(new URL("./" + modules[part][0], import.meta.url));
    return one?.catch(alone) ?? alone();
}
const loadOf = (page) => (...parts) => {
    const load = makeLoad(...parts);
    return () => {
        begin(page);
        return load();
    };
};
`;

/** Replaces every place, of which there must be one at least: the loader is written by another tool. */
function replaceSome(text, pattern, by) {
  const replaced = text.replaceAll(pattern, by);
  if (replaced === text) throw new Error(`the loader has no ${pattern}`);
  return replaced;
}

/** The chunks of the module, the loader that fetches them, and the script, which import each other. */
function putChunks(out, put) {
  let loader = readFileSync(join(built, "__wasm_split.js"), "utf8");
  const chunks = {};
  const add = (page, name) => (chunks[page] ??= []).push(name);
  // A chunk that several pages share says which above itself; that of one page is named for it.
  const shared = /\/\* ([\w, ]+) \*\/\s*const __chunk_(\d+) =/g;
  for (const [, pages, number] of loader.matchAll(shared)) {
    for (const page of pages.split(", ")) add(page, `chunk_${number}`);
  }
  for (const [, page] of loader.matchAll(/export const __wasm_split_load_(\w+) =/g)) add(page, `split_${page}`);
  const modules = [];
  const places = {};
  loader = replaceSome(loader, /fetch\(new URL\("\.\/(\w+)\.wasm", import\.meta\.url\)\)/g, (_, name) => {
    if (!(name in places)) {
      const content = readFileSync(join(built, `${name}.wasm`));
      places[name] = modules.push({ served: put(`${name}.wasm`, content), content }) - 1;
    }
    return `getModule(${places[name]})`;
  });
  const bundles = {};
  for (const [page, names] of Object.entries(chunks)) {
    const parts = names.map((name) => places[name]).filter((place) => place !== undefined);
    // The small ones compress better after the large ones than before.
    parts.sort((a, b) => modules[b].content.length - modules[a].content.length);
    chunks[page] = parts.map((part) => modules[part].served);
    // The chart never comes first.
    if (page === "chart") continue;
    bundles[page] = [put(`${page}.bin`, Buffer.concat(parts.map((part) => modules[part].content))), ...parts];
  }
  loader = replaceSome(loader, /(export const __wasm_split_load_(\w+) = wrapAsyncCb\()makeLoad\(/g, '$1loadOf("$2")(');
  const known = modules.map(({ served, content }) => [served, content.length]);
  const tables = `const modules = ${JSON.stringify(known)};\nconst bundles = ${JSON.stringify(bundles)};`;
  // Imports come first.
  loader = replaceSome(loader, /^import .*;\n/gm, (line) => `${line}${tables}${BUNDLE_READER}`);
  const script = readFileSync(join(built, "web.js"), "utf8");
  // Each names the other, so both are named by the content of both.
  const hash = createHash("sha256").update(loader).update(script).digest("hex").slice(0, 16);
  const [loaderName, scriptName] = [`loader-${hash}.js`, `web-${hash}.js`];
  writeFileSync(join(out, loaderName), loader.replaceAll('"./web.js"', `"./${scriptName}"`));
  writeFileSync(join(out, scriptName), script.replaceAll(`from "./__wasm_split.js"`, `from "./${loaderName}"`));
  const files = Object.fromEntries(Object.entries(bundles).map(([page, [file]]) => [page, file]));
  return { chunks, bundles: files, loader: loaderName, script: scriptName };
}

async function assembleApp() {
  const out = join(site, "app.new");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const put = (name, content) => {
    const hashed = hashedName(name, content);
    writeFileSync(join(out, hashed), content);
    return hashed;
  };

  const files = {};
  const named = filesUnder(assets).filter((name) => name !== MANIFEST);
  for (const name of named) files[name] = put(name, readFileSync(join(assets, name)));
  // The manifest names its icons as they are served.
  const served = (whole, name) => (files[name] ? `"/assets/${files[name]}"` : whole);
  const manifestText = readFileSync(join(assets, MANIFEST), "utf8").replace(/"\.\/([\w.-]+)"/g, served);
  files[MANIFEST] = put(MANIFEST, manifestText);
  const nameOf = (path, from) => {
    const name = files[relative(assets, path)];
    if (!name) throw new Error(`${from}: ${path} is not in web/assets`);
    return name;
  };

  // Checks receipts; the pages of proof alone load it.
  const checker = join(root, "target/packed/checker");
  files["checker.wasm"] = put("checker.wasm", readFileSync(join(checker, "web_bg.wasm")));
  files["checker.js"] = put("checker.js", readFileSync(join(checker, "web.js")));

  const wasm = put("web_bg.wasm", readFileSync(join(built, "web_bg.wasm")));
  const { chunks, bundles, loader, script } = putChunks(out, put);
  // The script imports these by their own names, which carry a hash already.
  if (existsSync(join(built, "snippets"))) cpSync(join(built, "snippets"), join(out, "snippets"), { recursive: true });
  const manifest = {
    mode,
    boot: put("boot.js", bootModule(script, wasm)),
    script,
    loader,
    wasm,
    chunks,
    bundles,
    styles: put("main.css", bundleStyles(join(root, "web/style/main.css"), nameOf)),
    chart: put("lightweight-charts.js", readFileSync(join(root, CHART))),
    files,
  };

  if (mode === "release") await compressAll(out);
  replaceFolder(out, join(site, "app"));
  const fresh = join(site, "manifest.json.new");
  writeFileSync(fresh, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(fresh, join(site, "manifest.json"));
}

/** The launcher is embedded in the desktop program: plain names, nothing compressed. */
function assembleLauncher() {
  const out = join(site, "launcher.new");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  cpSync(built, out, { recursive: true });
  cpSync(join(root, "web/launcher.html"), join(out, "index.html"));
  writeFileSync(join(out, "boot.js"), bootModule("web.js", "web_bg.wasm"));
  for (const name of filesUnder(assets)) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), readFileSync(join(assets, name)));
  }
  const own = join(root, "web/style/launcher.css");
  const styles = existsSync(own) ? own : join(root, "web/style/main.css");
  writeFileSync(join(out, "launcher.css"), bundleStyles(styles, (path) => relative(assets, path)));
  replaceFolder(out, join(site, "launcher"));
}

if (part === "app") await assembleApp();
else assembleLauncher();
