// Runs once, in the block of the conversation: a card beside a citation that is pointed at or has
// the focus, and the answer told to who cannot see it, once, when it is whole. Only text is shown.
const desk = document.querySelector("#desk");
const card = document.createElement("div");
card.className = "cite";
card.id = "cite";
card.setAttribute("role", "tooltip");
card.hidden = true;
desk.append(card);
let beside = null;
let late = 0;
let busy = false;

function line(name, text) {
  if (!text) return;
  const part = document.createElement("span");
  part.className = name;
  part.dir = "auto";
  part.textContent = text;
  card.append(part);
}

function raise(target) {
  clearTimeout(late);
  if (target === beside) return;
  lower();
  beside = target;
  const { quote, title, about, why } = target.dataset;
  card.replaceChildren();
  line("cite-why", why);
  line("cite-quote", quote && `“${quote}”`);
  line("cite-title", title);
  line("cite-about", about);
  card.hidden = false;
  target.setAttribute("aria-describedby", card.id);
  const frame = desk.getBoundingClientRect();
  const at = target.getClientRects()[0] ?? target.getBoundingClientRect();
  // Within the conversation: neither the open article nor the question box is covered.
  const pane = document.querySelector("#conversation").getBoundingClientRect();
  const left = Math.min(at.left - 24, pane.right - card.offsetWidth - 12) - frame.left;
  const below = at.bottom + 10;
  const fits = below + card.offsetHeight <= pane.bottom;
  const top = fits ? below : Math.max(frame.top, at.top - card.offsetHeight - 10);
  card.style.left = `${Math.max(0, left)}px`;
  card.style.top = `${top - frame.top}px`;
}

function lower() {
  beside?.removeAttribute("aria-describedby");
  beside = null;
  card.hidden = true;
}

const pointed = (event) => event.target.closest?.(".chip, [data-why]");
const enter = (event) => {
  const target = pointed(event);
  if (target) raise(target);
  else if (beside) leave();
};
const leave = () => {
  clearTimeout(late);
  late = setTimeout(lower, 120); // long enough to reach the card and read on
};
element.addEventListener("mouseover", enter);
element.addEventListener("mouseleave", leave);
element.addEventListener("focusin", enter);
element.addEventListener("focusout", leave);
element.addEventListener("click", lower);
element.parentElement.addEventListener("scroll", lower, { passive: true });
card.addEventListener("mouseenter", () => clearTimeout(late));
card.addEventListener("mouseleave", leave);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") lower();
});

// A question whose answer did not come to its end, for the page was loaded anew or the server began
// anew, is given back: it is kept as long as its answer grows.
const ASKED = "clippings.asked";

function hold(question) {
  try {
    if (question) sessionStorage.setItem(ASKED, question);
    else sessionStorage.removeItem(ASKED);
  } catch (error) {
    return; // nothing can be kept here
  }
}

function giveBack() {
  let question = null;
  try {
    question = sessionStorage.getItem(ASKED);
  } catch (error) {
    return;
  }
  if (!question) return;
  if (!document.querySelector("#question textarea")) return void setTimeout(giveBack, 50);
  hold(null);
  write(question);
  const unfinished = document.getElementById("unfinished");
  unfinished.textContent = unfinished.dataset.said;
}

watch("value", () => {
  if (beside && !beside.isConnected) lower();
  const turn = element.querySelector(".turn:last-child");
  const now = turn?.getAttribute("aria-busy") === "true";
  if (now && !busy) {
    hold(turn.querySelector(".question")?.textContent);
    document.getElementById("unfinished").textContent = "";
  }
  if (busy && !now) {
    hold(null);
    const told = turn?.querySelector(".answer, .refusal-text, .notice")?.cloneNode(true);
    told?.querySelectorAll("sup, .why").forEach((mark) => mark.remove());
    document.getElementById("said").textContent = told?.textContent ?? "";
  }
  busy = now;
});

giveBack();
