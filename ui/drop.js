// Runs once in the block where files are dropped or chosen: `element` is the block, `upload` sends
// a file to the server, `trigger` says that all were sent. Names are only ever shown as text.
const panel = () => document.getElementById("add");
const button = () => document.querySelector(".disclose[aria-controls=add]");
const limits = () => element.querySelector(".drop")?.dataset; // none where nothing can be added
let queue = Promise.resolve();

function disclose(open) {
  panel().toggleAttribute("data-open", open);
  button().setAttribute("aria-expanded", String(open));
}

// The sentence by its name in the block's data, with what is put in.
function say(name, places) {
  const sending = element.querySelector(".sending");
  sending.textContent = name && put(sending.dataset[name], places);
}

const wanted = (name) => limits().endings.split(" ").some((end) => name.toLowerCase().endsWith(end));
// Hidden files are left out, and so are the pictures and scripts beside a saved page.
const passedOver = (path) => path.split("/").some((part) => part.startsWith(".") || part.endsWith("_files"));

// The files in what was dropped, each with its name; a folder's have the folders in their names.
async function filesOf(entry) {
  if (entry.isFile) {
    const file = await new Promise((found, lost) => entry.file(found, lost));
    return [{ file, name: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = entry.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((found, lost) => reader.readEntries(found, lost));
    if (!some.length) return all;
    for (const inner of some) all.push(...(await filesOf(inner)));
  }
}

// What a folder holds beside articles is counted, not named; a file dropped by itself is named.
function sorted(found) {
  const files = found.filter(({ name }) => !name.includes("/") || (!passedOver(name) && wanted(name)));
  const seen = found.filter(({ name }) => !name.includes("/") || !passedOver(name));
  return { files, others: seen.length - files.length };
}

async function send(found) {
  while (document.querySelector("#progress [aria-busy=true]")) {
    say("next");
    await new Promise((done) => setTimeout(done, 200));
  }
  const { files, others } = sorted(found);
  const most = Number(limits().files);
  let left = Number(limits().bytes);
  const rows = [];
  for (const { file, name } of files.slice(0, most)) {
    const row = { name, size: file.size, path: null };
    if (wanted(name) && file.size && file.size <= left) {
      say("sending", { n: rows.length + 1, total: Math.min(files.length, most), name });
      try {
        row.path = (await upload(file)).path;
        left -= file.size;
      } catch (error) {
        row.path = null; // the report says that it did not arrive
      }
    }
    rows.push(row);
  }
  say("");
  if (rows.length || others) trigger("dropped", { files: rows, others, beyond: Math.max(0, files.length - most) });
}

function take(finding) {
  if (!limits()) return disclose(true);
  disclose(true);
  queue = queue.then(async () => send(await finding)).catch(() => say("unreadable"));
}

element.addEventListener("click", (event) => {
  const kind = event.target.closest("button")?.dataset.pick;
  if (kind) element.querySelector(`input.${kind}`).click();
});

// A web page or a text: what is in the form's fields goes the way of the files.
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  trigger("dropped", Object.fromEntries(new FormData(form)));
  form.reset();
  form.closest("details").open = false;
  document.getElementById("progress").scrollIntoView({ block: "nearest" });
});

element.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  const found = [...event.target.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
  event.target.value = ""; // the same files may be chosen again
  if (found.length) take(Promise.resolve(found));
});

element.closest("#add").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  disclose(false);
  button().focus();
});

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault(); // else the browser would open the file in place of the page
  disclose(true);
  panel().dataset.over = "yes";
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) delete panel().dataset.over;
});

document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  delete panel().dataset.over;
  // Entries and files must be taken now: they are gone when this has returned.
  const found = [...event.dataTransfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => {
      const entry = item.webkitGetAsEntry?.();
      const file = item.getAsFile();
      return entry ? filesOf(entry) : [{ file, name: file.name }];
    });
  take(Promise.all(found).then((lists) => lists.flat()));
});
