// Runs once in each of the page's HTML blocks: `element` is the block, `trigger` tells the server.
// What is shown beside the conversation is frame.js's to say; it is asked by the event "view".
let turns = 0;
let serial = "";

const view = (detail) => document.dispatchEvent(new CustomEvent("view", { detail }));

function open(button) {
  document.querySelectorAll('[aria-current="true"]').forEach((old) => old.removeAttribute("aria-current"));
  button.setAttribute("aria-current", "true");
  view({ tab: "article", pane: "reader", open: JSON.parse(button.dataset.open) });
}

function write(words) {
  const box = document.querySelector("#question textarea");
  box.value = words;
  box.dispatchEvent(new Event("input", { bubbles: true })); // else it is not noticed
  if (!box.offsetParent) view({ tab: "ask" }); // on a narrow screen
  box.focus();
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { open: request, ask, fill, sources, tab, pane } = button.dataset;
  if (request) open(button);
  else if (ask) trigger("ask", { question: ask, plain: "plain" in button.dataset });
  else if (fill) write(fill);
  else if (sources) {
    view({ tab: "article", pane: "sources" });
    trigger("sources", { turn: Number(sources) });
  } else if (tab || pane) view({ tab: tab ?? "article", pane });
  else if ("halt" in button.dataset) trigger("halt", {});
  else if (button.classList.contains("disclose")) {
    const panel = document.getElementById(button.getAttribute("aria-controls"));
    button.setAttribute("aria-expanded", String(panel.toggleAttribute("data-open")));
    if (panel.hasAttribute("data-open")) panel.querySelector("button")?.focus();
  }
});

watch("value", () => {
  // A new question: it goes to the top once, and then nothing scrolls while the answer grows.
  const asked = element.querySelectorAll(".turn");
  if (asked.length > turns) {
    asked[asked.length - 1].scrollIntoView({ block: "start", behavior: "smooth" });
    view({ tab: "ask", pane: "sources", replace: true });
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
