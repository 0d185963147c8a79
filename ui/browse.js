// Runs once in the block of the archive's list, beside page.js: `element` is the block, `trigger`
// tells the server. The fields of the panel hold what is looked for; this sends them, brushes the
// histogram, puts further pages behind the list, and asks before an article is removed.
{
  const panel = element.closest("#panel-archive");
  const field = (name) => panel.querySelector(`input[name=${name}]`);
  const bars = () => [...panel.querySelectorAll(".bin")];
  const chosen = { sources: new Set(), sections: new Set() };
  let asked = 0; // of the answers that come only the one to the latest question counts
  let stale = true; // what is shown was never asked for, or is of an earlier state
  let zoomed = false;
  let waiting = 0;
  let brushed = null; // the first bar of a brush that goes on

  const sought = (after = "") => ({
    query: field("query").value,
    since: field("since").value,
    until: field("until").value,
    sources: [...chosen.sources],
    sections: [...chosen.sections],
    zoomed,
    after,
    serial: String(asked),
  });
  const narrowed = () => Boolean(field("since").value || field("until").value);
  const filtered = () => narrowed() || chosen.sources.size || chosen.sections.size;

  function narrow() {
    trigger("narrow", { ...sought(), on: field("only").checked });
  }

  function mark() {
    const [since, until] = [field("since").value, field("until").value];
    for (const bar of bars()) {
      const inside = (!since || bar.dataset.last >= since) && (!until || bar.dataset.first <= until);
      bar.classList.toggle("out", narrowed() && !inside);
    }
    panel.querySelector("[data-clear]").hidden = !(filtered() || field("query").value);
    panel.querySelector("[data-zoom]").hidden = !narrowed();
    panel.querySelector("[data-zoom]").setAttribute("aria-pressed", String(zoomed));
    for (const [name, names] of Object.entries(chosen)) {
      const said = panel.querySelector(`.names:has([name=${name}]) .chosen`);
      if (said) said.textContent = names.size ? put(said.dataset.said, { n: names.size }) : "";
    }
  }

  function ask() {
    clearTimeout(waiting);
    if (!narrowed()) zoomed = false;
    asked += 1;
    stale = false;
    element.setAttribute("aria-busy", "true");
    mark();
    trigger("browse", sought());
    if (field("only").checked) narrow();
  }

  function more(after) {
    const { serial } = element.querySelector(".articles").dataset; // of the list that is shown
    trigger("more", { ...sought(after), serial });
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 400);
  }

  function choose(from, to) {
    const [first, last] = from.dataset.first <= to.dataset.first ? [from, to] : [to, from];
    field("since").value = first.dataset.first;
    field("until").value = last.dataset.last;
  }

  const barAt = (x) => bars().find((bar) => x <= bar.getBoundingClientRect().right) ?? bars().at(-1);

  panel.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".bars") || event.button) return;
    brushed = barAt(event.clientX);
    choose(brushed, brushed);
    mark();
  });

  document.addEventListener("pointermove", (event) => {
    if (!brushed) return;
    choose(brushed, barAt(event.clientX));
    mark();
  });

  document.addEventListener("pointerup", () => {
    if (brushed) ask();
    brushed = null;
  });

  document.addEventListener("pointercancel", () => (brushed = null));

  panel.addEventListener("keydown", (event) => {
    const bar = event.target.closest(".bin");
    if (!bar) return;
    const all = bars();
    const at = all.indexOf(bar);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      const start = event.shiftKey && all.find(({ dataset }) => dataset.first >= field("since").value);
      choose(start || bar, bar);
      ask();
    } else if (to === undefined) return;
    event.preventDefault();
    if (all[to]) {
      bar.tabIndex = -1;
      all[to].tabIndex = 0;
      all[to].focus();
    }
  });

  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });

  panel.addEventListener("input", ({ target }) => {
    if (target.type === "date") soon();
    else if (target.type === "search" && !target.value) ask(); // it was emptied
    else if (target.name === "only") narrow();
    else if (target.name in chosen) {
      chosen[target.name][target.checked ? "add" : "delete"](target.value);
      ask();
    }
  });

  function clear() {
    for (const name of ["query", "since", "until"]) field(name).value = "";
    for (const names of Object.values(chosen)) names.clear();
    for (const box of panel.querySelectorAll(".names input")) box.checked = false;
    ask();
    field("query").focus();
  }

  function confirm(button) {
    const sure = panel.querySelector(".sure");
    sure.dataset.article = button.dataset.remove;
    sure.querySelector(".sure-name").textContent =
      button.parentElement.querySelector(".item-title").textContent;
    sure.showModal();
  }

  function remove(sure) {
    const title = sure.querySelector(".sure-name").textContent;
    sure.close();
    trigger("remove", { article: sure.dataset.article, title });
  }

  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("clear" in button.dataset) clear();
    else if ("zoom" in button.dataset) {
      zoomed = !zoomed;
      ask();
    } else if (button.dataset.more) more(button.dataset.more);
    else if (button.dataset.remove) confirm(button);
    else if ("keep" in button.dataset) button.closest("dialog").close();
    else if ("sure" in button.dataset) remove(button.closest("dialog"));
  });

  // A page that came: the server escaped it as it did the list.
  document.addEventListener("archive-page", ({ detail }) => {
    const [list, page] = [element, detail].map((block) => block.querySelector(".articles"));
    if (!list || !page || list.dataset.serial !== page.dataset.serial) return;
    const shown = list.children.length;
    element.querySelector(".further")?.remove();
    list.insertAdjacentHTML("beforeend", page.innerHTML);
    list.insertAdjacentHTML("afterend", detail.querySelector(".further")?.outerHTML ?? "");
    list.children[shown]?.querySelector("button").focus({ preventScroll: true });
  });

  // Articles were added or removed: what was chosen stays chosen.
  document.addEventListener("archive-changed", () => {
    for (const box of panel.querySelectorAll(".names input")) {
      box.checked = chosen[box.name].has(box.value);
    }
    stale = true;
    if (panel.offsetParent) ask();
  });
  document.addEventListener("archive-drawn", mark);
  document.addEventListener("archive-whole", () => {
    field("only").checked = false;
    narrow();
  });
  document.addEventListener("viewed", () => {
    if (stale && panel.offsetParent) ask();
  });
  watch("value", () => element.removeAttribute("aria-busy"));
}
