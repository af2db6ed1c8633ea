// A box that leaves only the entries of a list that hold what is typed; without scripts it is not there.
for (const box of document.querySelectorAll("[data-narrow]")) {
  box.hidden = false;
  box.querySelector("input").addEventListener("input", (event) => {
    const typed = event.target.value.trim().toLowerCase();
    for (const entry of document.querySelectorAll(box.dataset.narrow)) entry.hidden = !entry.textContent.toLowerCase().includes(typed);
  });
}
