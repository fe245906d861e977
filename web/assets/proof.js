// The script of the pages of proof: loads the module that checks receipts, and shows what it finds. The
// receipt is checked here, in the reader's own browser; a file that is chosen is not sent anywhere.
const root = document.querySelector("[data-proof]");
const status = root.querySelector("[data-status]");
const { script, wasm, receipt, words, whose } = root.dataset;
const { say } = await import(words);
const KEYS = "tickerquest.log-keys";
const LOG = "tickerquest.log-checkpoint";
const MARKS = { passed: "Holds", failed: "Wrong", not_proved: "Not proved" };

const loading = import(script).then(async (module) => {
  await module.default({ module_or_path: wasm });
  return module;
});

const remembered = (name) => {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
};
const remember = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing checks all the same.
  }
};

const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
};

function showCheck({ title, outcome, words: found }) {
  const item = element("li", "", { class: "check", "data-outcome": outcome });
  const mark = element("span", say(MARKS[outcome]), { class: "check-mark" });
  item.append(mark, element("h3", say(title)), element("p", say(found)));
  return item;
}

function show(view, extra, seconds) {
  const checks = [...view.checks, ...extra];
  root.querySelector("[data-checks]").replaceChildren(...checks.map(showCheck));
  const entries = view.entries.map(({ seq, words: happened }) => {
    const row = document.createElement("tr");
    row.append(element("td", seq, { class: "numeric" }), element("td", say(happened)));
    return row;
  });
  root.querySelector("[data-entries]").replaceChildren(...entries);
  const wrong = checks.filter(({ outcome }) => outcome === "failed").length;
  const time = `${seconds.toFixed(1)} seconds`;
  const names = { name: view.handle, game: say(view.game ?? "") };
  const begin = view.handle ? `${whose.replace(/\{(\w+)\}/g, (_, gap) => names[gap])} ` : "";
  const found = wrong === 0
    ? `your browser replayed ${view.count} entries in ${time} and found nothing wrong.`
    : `your browser found ${wrong} thing${wrong === 1 ? "" : "s"} wrong.`;
  status.textContent = begin + say(found);
  root.dataset.checked = wrong === 0 ? "sound" : "wrong";
}

const ask = async (address) => {
  const answer = await fetch(address);
  return answer.ok ? answer.json() : null;
};

/** Whether the log still begins with the checkpoint that this browser saved before; saves the one of now. */
async function checkLog(module) {
  const now = await ask("/api/v1/log/checkpoint");
  if (!now) return [];
  const keys = (await ask("/api/v1/log/keys")) ?? [];
  const saved = JSON.parse(remembered(LOG) || "null");
  const known = remembered(KEYS) || keys.map(({ key }) => key).join("\n");
  remember(KEYS, known);
  const title = "The log that you saw before";
  if (!saved) {
    remember(LOG, JSON.stringify({ note: now.note, size: now.size }));
    const found = `This browser has saved the latest checkpoint. On your next visit it checks that the log still begins with it.`;
    return [{ title, outcome: "not_proved", words: found }];
  }
  const proof = saved.size <= now.size && await ask(`/api/v1/log/consistency?from=${saved.size}&to=${now.size}`);
  const all = [known, ...keys.map(({ key }) => key)].join("\n");
  const holds = proof && module.begins_with(saved.note, now.note, proof.proof.join("\n"), all);
  if (!holds) {
    const found = "The log does not begin with the checkpoint that this browser saved. Either the past was changed, or this is another game on the same address.";
    return [{ title, outcome: "failed", words: found }];
  }
  remember(LOG, JSON.stringify({ note: now.note, size: now.size }));
  const found = `The log still begins with what this browser saved on an earlier visit.`;
  return [{ title, outcome: "passed", words: found }];
}

async function check(text) {
  const module = await loading;
  const start = performance.now();
  const view = JSON.parse(module.check(text, remembered(KEYS)));
  const seconds = (performance.now() - start) / 1000;
  const extra = receipt ? await checkLog(module) : [];
  show(view, extra, seconds);
}

const failed = () => {
  const gone = "Your browser could not check it: it does not run WebAssembly, or the connection is gone.";
  status.textContent = say(`${gone} What stands below is the word of the server.`);
};

if (receipt) {
  fetch(receipt)
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
    .then(check)
    .catch(failed);
}

root.querySelector("input[type=file]")?.addEventListener("change", (event) => {
  const [file] = event.target.files;
  file?.text().then(check).catch(failed);
});
