// Runs once in each of the page's HTML blocks: `element` is the block, `trigger` tells the server.
// #desk[data-pane] says which pane is beside the conversation, #desk[data-sheet] whether it is open
// on a narrow screen, where it lies over the conversation.
const desk = () => document.querySelector("#desk").dataset;
let turns = 0;
let serial = "";

function show(pane) {
  desk().pane = pane;
  desk().sheet = "open";
}

function shut() {
  delete desk().sheet;
  document.querySelector('[aria-current="true"]')?.focus({ preventScroll: true });
}

function open(button) {
  document.querySelectorAll('[aria-current="true"]').forEach((old) => old.removeAttribute("aria-current"));
  button.setAttribute("aria-current", "true");
  show("reader");
  trigger("open", { ...JSON.parse(button.dataset.open), serial: String(Date.now()) });
}

function write(words) {
  const box = document.querySelector("#question textarea");
  box.value = words;
  box.dispatchEvent(new Event("input", { bubbles: true })); // else it is not noticed
  box.focus();
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { open: request, ask, fill, sources, pane } = button.dataset;
  if (request) open(button);
  else if (ask) trigger("ask", { question: ask, plain: "plain" in button.dataset });
  else if (fill) write(fill);
  else if (sources) {
    show("sources");
    trigger("sources", { turn: Number(sources) });
  } else if (pane) show(pane);
  else if ("halt" in button.dataset) trigger("halt", {});
  else if (button.classList.contains("disclose")) {
    const panel = document.getElementById(button.getAttribute("aria-controls"));
    button.setAttribute("aria-expanded", String(panel.toggleAttribute("data-open")));
    if (panel.hasAttribute("data-open")) panel.querySelector("button")?.focus();
  }
  else if ("shut" in button.dataset) shut();
});

if (element.closest("#side")) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && desk().sheet) shut();
  });
}

watch("value", () => {
  // A new question: it goes to the top once, and then nothing scrolls while the answer grows.
  const asked = element.querySelectorAll(".turn");
  if (asked.length > turns) {
    asked[asked.length - 1].scrollIntoView({ block: "start", behavior: "smooth" });
    desk().pane = "sources";
  }
  turns = asked.length;
  // An article was opened: its marked words go to the middle.
  const story = element.querySelector(".story");
  if (story && story.dataset.serial !== serial) {
    serial = story.dataset.serial;
    const mark = element.querySelector("mark.main") ?? element.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else element.parentElement.scrollTop = 0;
    element.querySelector("h2").focus({ preventScroll: true });
  }
});
