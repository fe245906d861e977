// What the scripts of a page say, in its language. They speak English, and so does the module that checks
// receipts and draws; the page carries a table of lines: one in English, and after it its translation. A
// sentence is found and its gaps are filled as in `language/said.rs`.
const lines = document.querySelector("[data-said]")?.textContent.split("\n") ?? [];
const GAP = /\{([a-z_]+)\}/g;
const fixed = new Map();
const patterns = [];
for (let at = 0; at + 1 < lines.length; at += 2) {
  const [english, translated] = [lines[at], lines[at + 1]];
  const gaps = [...english.matchAll(GAP)].map(([, gap]) => gap);
  if (gaps.length === 0) {
    fixed.set(english, translated);
    continue;
  }
  const pieces = english.replace(GAP, "\n").split("\n");
  const escaped = pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const shape = new RegExp(`^${escaped.join("(.+?)")}$`);
  patterns.push({ gaps, shape, translated, size: pieces.join("").length });
}
// The most specific first.
patterns.sort((one, other) => other.size - one.size);

const money = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" };
const sample = new Intl.NumberFormat(document.documentElement.lang, money).formatToParts(1234567.5);
const sign = (type) => sample.find((part) => part.type === type)?.value;
const [group, point] = [sign("group") ?? ",", sign("decimal") ?? "."];
const isBefore = sample[0].type === "currency";
const space = isBefore && sample[1].type !== "literal" ? "" : "\u00a0";

/** What stands in a gap: an amount in the notation of the language, or words that may be known. */
function value(english) {
  const number = /^([$€£]?)([-−]?)(\d[\d,]*(?:\.\d+)?)$/.exec(english);
  if (!number) return say(english);
  const [, currency, minus, digits] = number;
  const written = digits.replace(/[,.]/g, (mark) => (mark === "," ? group : point));
  if (!currency) return minus + written;
  return isBefore ? `${minus}${currency}${space}${written}` : `${minus}${written}${space}${currency}`;
}

function whole(english) {
  if (fixed.has(english)) return fixed.get(english);
  for (const { gaps, shape, translated } of patterns) {
    const [, ...values] = shape.exec(english) ?? [];
    // A gap ends with its sentence.
    if (values.length === 0 || values.some((text) => text.includes(". "))) continue;
    return translated.replace(GAP, (_, gap) => value(values[gaps.indexOf(gap)]));
  }
  return null;
}

function known(english) {
  const found = whole(english);
  const end = english.indexOf(". ");
  if (found !== null || end < 0) return found;
  const [first, rest] = [whole(english.slice(0, end + 1)), known(english.slice(end + 2))];
  return first !== null && rest !== null ? `${first} ${rest}` : null;
}

/** A text in the language of the page, as far as it is known. */
export function say(english) {
  return known(english) ?? english;
}
