// Runs once, in the block of the settings: keeps them in the browser and tells the server.
const KEY = "clippings.settings";
const system = matchMedia("(prefers-color-scheme: dark)");
let chosen = read();

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept && typeof kept === "object" ? kept : {};
  } catch (error) {
    return {}; // nothing can be kept here, or something else was
  }
}

function keep(changes) {
  chosen = { ...chosen, ...changes };
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen));
  } catch (error) {
    return; // it holds as long as the page
  }
}

function paint() {
  const dark = chosen.theme === "dark" || (chosen.theme !== "light" && system.matches);
  document.body.classList.toggle("dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}

function say() {
  const slider = element.querySelector("#strictness");
  const usual = Number(slider.dataset.usual);
  if (!Number.isInteger(chosen.strictness)) slider.value = String(usual);
  else slider.value = String(chosen.strictness);
  const means = element.querySelector("output");
  means.textContent = put(means.dataset.said, { percent: slider.value });
  element.querySelector("button[data-usual]").hidden = Number(slider.value) === usual;
  const seconds = element.querySelector("#seconds");
  seconds.value = String(chosen.seconds ?? "");
  if (seconds.selectedIndex < 0) seconds.value = ""; // no choice of today
  const theme = ["light", "dark"].includes(chosen.theme) ? chosen.theme : "system";
  element.querySelector(`[name=theme][value=${theme}]`).checked = true;
}

element.addEventListener("input", ({ target }) => {
  if (target.id === "strictness") keep({ strictness: Number(target.value) });
  if (target.id === "seconds") keep({ seconds: Number(target.value) || undefined });
  if (target.name === "theme") keep({ theme: target.value });
  say();
  paint();
});

element.addEventListener("change", ({ target }) => {
  if (["strictness", "seconds"].includes(target.id)) trigger("choose", chosen);
});

element.addEventListener("click", (event) => {
  if (!event.target.closest("button[data-usual]")) return;
  keep({ strictness: undefined });
  say();
  trigger("choose", chosen);
  element.querySelector("#strictness").focus(); // the button is gone
});

system.addEventListener("change", paint);
watch("value", say);
say();
paint();
if ([chosen.strictness, chosen.seconds].some(Number.isInteger)) trigger("choose", chosen);
