// The script of pages that come without WebAssembly: times in the reader's own zone, as `<html>` says
// how its language writes days; and the search on the page of the glossary.
const { months = "", day: between = " " } = document.documentElement.dataset;
const names = months.split(" ");
const two = (number) => String(number).padStart(2, "0");

for (const element of document.querySelectorAll("time[data-shown]")) {
  const at = new Date(element.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  // As `language/numbers.rs` does: a German ordinal has its dot after the day only.
  const last = between === ". " ? " " : between;
  const day = `${at.getDate()}${between}${names[at.getMonth()]}${last}${at.getFullYear()}`;
  const parts = { time, day, "day-and-time": `${day}, ${time}` };
  element.textContent = parts[element.dataset.shown];
}

for (const field of document.querySelectorAll("[data-find]")) {
  const go = () => {
    const typed = field.value.trim().toLowerCase();
    const found = [...field.list.options].find((option) => option.value.toLowerCase() === typed);
    if (found) location.hash = found.dataset.id;
  };
  field.addEventListener("change", go);
  field.addEventListener("input", go);
}

// Newer prices of the first page, in its language: the page itself has them. Not while nobody looks, and
// not for ever.
const fresh = new Map([...document.querySelectorAll("[data-fresh]")].map((one) => [one.dataset.fresh, one]));
let rounds = fresh.size > 0 ? 30 : 0;
setInterval(async () => {
  if (document.hidden || rounds <= 0) return;
  rounds -= 1;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const newer of page.querySelectorAll("[data-fresh]")) {
    const shown = fresh.get(newer.dataset.fresh);
    if (!shown || shown.textContent === newer.textContent) continue;
    shown.className = newer.className;
    shown.replaceChildren(...newer.childNodes);
  }
}, 10_000);

document.documentElement.dataset.hydrated = "true";
