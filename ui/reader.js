// Runs once, in the block of the reader: goes to the marked words of an article that was opened, and
// from citation to citation of the answer they belong to, by buttons and by the keys n and p.
let serial = "";

// The citations of the answer that is read, each once, and which of them is open.
function citations() {
  const opened = document.querySelector("#desk").dataset.opened;
  const chips = [...document.querySelectorAll("#conversation .chip")];
  const open = chips.find((chip) => chip.dataset.open === opened);
  if (!open) return { steps: [], at: -1 };
  const numbers = new Map();
  for (const chip of open.closest(".turn").querySelectorAll(".chip")) {
    if (!numbers.has(chip.dataset.open)) numbers.set(chip.dataset.open, chip);
  }
  const steps = [...numbers.values()].sort((a, b) => Number(a.textContent) - Number(b.textContent));
  return { steps, at: steps.findIndex((chip) => chip.dataset.open === opened) };
}

function step(by) {
  const { steps, at } = citations();
  if (steps[at + by]) open(steps[at + by]);
}

function tell() {
  const nav = element.querySelector(".steps");
  if (!nav) return;
  const { steps, at } = citations();
  nav.hidden = steps.length < 2;
  const where = nav.querySelector(".step-at");
  where.textContent = put(where.dataset.said, { n: at + 1, total: steps.length });
  nav.querySelector('[data-step="-1"]').disabled = at <= 0;
  nav.querySelector('[data-step="1"]').disabled = at + 1 >= steps.length;
}

element.addEventListener("click", (event) => {
  const by = event.target.closest("[data-step]")?.dataset.step;
  if (by) step(Number(by));
});

document.addEventListener("keydown", (event) => {
  const by = { n: 1, p: -1 }[event.key];
  if (!by || event.ctrlKey || event.metaKey || event.altKey || !element.offsetParent) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  step(by);
});

watch("value", () => {
  const story = element.querySelector(".story");
  tell();
  if (!story || story.dataset.serial === serial) return;
  serial = story.dataset.serial;
  const mark = element.querySelector("mark.main") ?? element.querySelector("mark");
  const pane = document.querySelector("#reader");
  pane.scrollTop = 0; // what is seen beneath the headline needs no scrolling
  const seen = pane.getBoundingClientRect().bottom - 40;
  if (mark && mark.getBoundingClientRect().bottom > seen) mark.scrollIntoView({ block: "center" });
  element.querySelector("h2").focus({ preventScroll: true });
});
