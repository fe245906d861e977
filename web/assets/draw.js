// Checks the draw of an offering in the reader's own browser: the module divides the shares anew, with the
// rules of the game itself, and compares.
const root = document.querySelector("[data-draw]");
const status = root.querySelector("[data-status]");
const { draw, script, wasm, words } = root.dataset;
const { say } = await import(words);

async function check() {
  const answer = await fetch(draw);
  if (!answer.ok) return (await answer.json()).message;
  const module = await import(script);
  await module.default({ module_or_path: wasm });
  return module.check_draw(await answer.text());
}

const button = root.querySelector("button");
button.hidden = false;
button.addEventListener("click", () => {
  status.textContent = say("Your browser divides the shares anew …");
  check()
    .then((found) => {
      status.textContent = say(found);
    })
    .catch(() => {
      const gone = "Your browser could not check it: it does not run WebAssembly, or the connection is gone.";
      status.textContent = say(gone);
    });
});
