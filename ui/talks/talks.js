// In each block of the conversations' panel: the search, the list, and what is saved.
const LONGEST = 20_000_000; // bytes of a file that is taken in
let waiting = 0;
let saved = "";

const rowOf = (button) => button.closest(".talk");
const idOf = (button) => rowOf(button).dataset.talk;

// One of the three lines of a conversation is shown: what it is, its name, or whether to delete it.
function turnTo(row, part) {
  for (const name of [".talk-name", ".talk-sure"]) row.querySelector(name).hidden = name !== part;
  row.querySelector(".talk-more").open = false;
  const to = { ".talk-name": ".talk-name input", ".talk-sure": ".talk-spare" }[part] ?? "summary";
  row.querySelector(to).focus();
  if (part === ".talk-name") row.querySelector(to).select();
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { export: kind, first } = button.dataset;
  const has = (name) => button.classList.contains(name);
  if (has("talk-open")) trigger("restore", { talk: idOf(button) });
  else if (has("talk-rename")) turnTo(rowOf(button), ".talk-name");
  else if (has("talk-delete")) turnTo(rowOf(button), ".talk-sure");
  else if (has("talk-spare")) turnTo(rowOf(button), "");
  else if (has("talk-gone")) trigger("alter", { talk: idOf(button) });
  else if (kind) {
    trigger("export", { talk: idOf(button), kind });
    turnTo(rowOf(button), "");
  } else if (first) trigger("find", { first: Number(first) });
  else if (has("take")) element.querySelector(".taken-file").click();
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const row = rowOf(event.target);
  trigger("alter", { talk: row.dataset.talk, title: row.querySelector(".talk-name input").value });
  turnTo(row, "");
});

element.addEventListener("keydown", (event) => {
  const row = event.target.closest(".talk");
  if (event.key !== "Escape" || !row) return;
  if (row.querySelector(".talk-more[open], .talk-name:not([hidden]), .talk-sure:not([hidden])")) {
    event.stopPropagation();
    turnTo(row, "");
  }
});

element.addEventListener("input", (event) => {
  if (event.target.type !== "search") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => trigger("find", { query: event.target.value, first: 0 }), 250);
});

element.addEventListener("change", async (event) => {
  if (event.target.type !== "file" || !event.target.files.length) return;
  const [file] = event.target.files;
  trigger("take", { text: file.size <= LONGEST ? await file.text() : null });
  event.target.value = "";
});

// A file came: it is handed to the browser to be saved.
watch("value", () => {
  const file = element.querySelector(".shipment");
  if (!file || file.dataset.serial === saved) return;
  saved = file.dataset.serial;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.textContent], { type: file.dataset.type }));
  link.download = file.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});
