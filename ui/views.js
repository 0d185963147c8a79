// The form of the panel "Timeline": what is asked goes to the server as the event "look".
const said = (form) => Object.fromEntries(new FormData(form));

element.addEventListener("submit", (event) => {
  event.preventDefault();
  trigger("look", { ...said(event.target), serial: String(Date.now()) });
});

element.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form || event.target.name !== "kind") return;
  form.querySelector(".look-outlets").hidden = event.target.value !== "compare";
  if (form.topic.value.trim() && event.target.value !== "compare") form.requestSubmit();
});
