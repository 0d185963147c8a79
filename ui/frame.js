// Runs once, in the block of the tabs: it alone says what is shown. #desk[data-tab] names the tab,
// #desk[data-pane] whether the tab "Article" shows the sources or the reader. Others ask for a view
// by the event "view" on the document, with {tab, pane, open}; `open` opens an article. Each view
// is a step of the browser's history, so its back button goes from the article to the answer.
const desk = document.querySelector("#desk");
const { code, direction } = document.getElementById("spoken").dataset;
Object.assign(document.documentElement, { lang: code, dir: direction });
const narrow = matchMedia("(max-width: 820px)");
const tabs = [...element.querySelectorAll("[role=tab]")];
// The conversation is beside every tab but on a narrow screen, where it is one.
const shownTab = () => {
  const tab = desk.dataset.tab || "ask";
  return tab === "ask" && !narrow.matches ? "article" : tab;
};

for (const tab of tabs) {
  const panel = document.getElementById(tab.getAttribute("aria-controls"));
  panel.setAttribute("role", tab.dataset.tab === "ask" ? "main" : "tabpanel");
  if (tab.dataset.tab === "ask") {
    panel.setAttribute("aria-label", element.querySelector("[data-conversation]").dataset.conversation);
  }
  else panel.setAttribute("aria-labelledby", tab.id);
}

function mark() {
  const shown = shownTab();
  for (const tab of tabs) {
    const chosen = tab.dataset.tab === shown;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
}

function show({ tab, pane, open }) {
  if (tab) desk.dataset.tab = tab;
  if (pane) desk.dataset.pane = pane;
  mark();
  document.dispatchEvent(new CustomEvent("viewed", { detail: { tab: shownTab() } }));
  if (!open) return;
  desk.dataset.opened = JSON.stringify(open);
  current();
  trigger("open", { ...open, serial: String(Date.now()) });
}

// What is open is marked wherever it can be opened, also in what is drawn anew meanwhile.
function current() {
  for (const button of document.querySelectorAll("[data-open]")) {
    if (button.dataset.open === desk.dataset.opened) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

const state = (open) => ({ tab: shownTab(), pane: desk.dataset.pane || "sources", open });

document.addEventListener("view", ({ detail }) => {
  const before = state();
  show(detail);
  const after = state(detail.open);
  // What the server shows by itself is no step back to.
  const moved = detail.open || before.tab !== after.tab || before.pane !== after.pane;
  if (moved && !detail.replace) history.pushState(after, "");
  else history.replaceState(after, "");
});

window.addEventListener("popstate", (event) => {
  if (event.state?.tab) show(event.state);
});

element.addEventListener("keydown", (event) => {
  const visible = tabs.filter((tab) => tab.offsetParent);
  const at = visible.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: visible.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = visible[(to + visible.length) % visible.length];
  next.focus();
  next.click();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !narrow.matches || shownTab() === "ask") return;
  document.dispatchEvent(new CustomEvent("view", { detail: { tab: "ask" } }));
  document.querySelector('[aria-current="true"]')?.focus({ preventScroll: true });
});

document.addEventListener("drawn", current);
narrow.addEventListener("change", mark);
history.replaceState(state(), "");
mark();
