// Replies: counts what is written as the site does, fills in a template, copies and opens, saves with Ctrl+Enter, picks all.
const letters = window.Intl?.Segmenter && new Intl.Segmenter();
const length = {
  characters: (text) => [...text].length,
  letters: (text) => (letters ? [...letters.segment(text)].length : [...text].length),
  bytes: (text) => new TextEncoder().encode(text).length,
};
const count = (field) => {
  const shown = document.getElementById(field.getAttribute("aria-describedby"))?.querySelector("output");
  if (!shown) return;
  const written = (length[field.dataset.counted] ?? length.characters)(field.value.trim());
  shown.textContent = field.dataset.words.replace("{}", written);
  shown.className = field.dataset.most && written > Number(field.dataset.most) ? "late" : "";
};
for (const field of document.querySelectorAll("textarea[data-words]")) {
  count(field);
  field.addEventListener("input", () => count(field));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form.requestSubmit(field.form.querySelector("[value=draft]"));
    if (event.key === "Escape") (field.closest("article[tabindex]") ?? field).focus();
  });
}
for (const button of document.querySelectorAll("button[data-proposal]")) {
  button.addEventListener("click", (event) => {
    const field = button.closest("details").querySelector("textarea");
    event.preventDefault();
    const [template, ...lines] = button.value.split("\n");
    field.value = lines.join("\n");
    field.form.elements.template.value = template;
    count(field);
    field.focus();
  });
}
for (const button of document.querySelectorAll("[data-copy-open]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copyOpen);
    button.textContent = button.dataset.copied;
    if (button.dataset.open) window.open(button.dataset.open, "_blank", "noopener,noreferrer");
  });
}
// A site may take a while: whoever pressed sees that it is under way, and does not press twice.
for (const button of document.querySelectorAll("button[data-waiting]")) {
  button.form.addEventListener("submit", (event) => {
    if (event.submitter !== button) return;
    if (button.ariaBusy === "true") event.preventDefault();
    button.ariaBusy = "true";
    button.textContent = button.dataset.waiting;
  });
}
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("button[data-waiting][aria-busy]")) location.reload();
});
const several = document.querySelector("[data-several]");
addEventListener("change", (event) => {
  if (several && event.target.matches("input[name=pick]:checked")) several.open = true;
});
const all = document.querySelector("[data-pick-all]");
if (all) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const pick of document.querySelectorAll("input[name=pick]")) pick.checked = all.checked;
  });
}
