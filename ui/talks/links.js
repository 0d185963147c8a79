// Below the page's own script, in the block of the conversation: the page's address names the
// answer that is shown, answers are copied and judged, and a conversation is left and come back to
// by the browser's back button.
const asked = () => [...element.querySelectorAll(".turn[data-answer]")];
const named = () => new URL(location.href).searchParams.get("answer") ?? "";
let shown = ""; // the conversation
let here = ""; // when it was restored, so that it is scrolled to once

// Only a page that is served safely may use the clipboard; elsewhere a selection is copied.
async function copy(words) {
  if (navigator.clipboard) return navigator.clipboard.writeText(words);
  const area = document.createElement("textarea");
  area.value = words;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

async function copied(button, words) {
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  await copy(words).then(
    () => { button.textContent = button.dataset.copied; },
    () => { button.textContent = button.dataset.refused; },
  );
  setTimeout(() => { button.textContent = label; }, 1500);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { copy: words, link, verdict, place } = button.dataset;
  if (words) copied(button, words);
  else if (link) copied(button, linkTo(link));
  else if (verdict) trigger("judge", { place: Number(place), verdict });
});

// Of several archives the address names one, and so does a link.
function linkTo(answer) {
  const url = new URL(location.href.split(/[?#]/)[0]);
  const archive = new URL(location.href).searchParams.get("archive");
  if (archive) url.searchParams.set("archive", archive);
  url.searchParams.set("answer", answer);
  return url.href;
}

function address() {
  const turn = element.querySelector(".turn[data-here]") ?? asked().at(-1);
  const { answer = "", talk = "" } = turn?.dataset ?? {};
  const url = new URL(location.href);
  if (answer) url.searchParams.set("answer", answer);
  else url.searchParams.delete("answer");
  if (url.href !== location.href) {
    const step = shown && talk !== shown ? "pushState" : "replaceState";
    history[step](history.state, "", url);
  }
  shown = talk;
}

watch("value", () => {
  address();
  const turn = element.querySelector(".turn[data-here]");
  if (!turn || turn.dataset.here === here) return;
  here = turn.dataset.here;
  if (matchMedia("(max-width: 820px)").matches) view({ tab: "ask", pane: "sources", replace: true });
  turn.scrollIntoView({ block: "start" });
});

window.addEventListener("popstate", () => {
  const answer = named();
  if (answer && !asked().some((turn) => turn.dataset.answer === answer)) trigger("restore", { answer });
});
