// Checks the draw of an offering in the reader's own browser: the module divides the shares anew, with the
// rules of the game itself, and compares.
const root = document.querySelector("[data-draw]");
const status = root.querySelector("[data-status]");
const { draw, script, wasm } = root.dataset;

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
  status.textContent = "Your browser divides the shares anew …";
  check()
    .then((words) => {
      status.textContent = words;
    })
    .catch(() => {
      status.textContent = "Your browser could not check it: it does not run WebAssembly, or the connection is gone.";
    });
});
