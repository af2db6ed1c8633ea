// Searches and facets without a reload; whatever goes wrong, the browser loads the page as it would without this.
const show = async (address, remember) => {
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("found").replaceWith(page.getElementById("found"));
    document.getElementById("proposals").replaceWith(page.getElementById("proposals"));
    document.getElementById("q").value = page.getElementById("q").value;
    document.getElementById("sort").value = page.getElementById("sort").value;
    document.title = page.title;
    if (remember) history.pushState(null, "", address);
  } catch {
    location.assign(address);
  }
};
const form = document.querySelector("form.ask");
const asked = () => `/mentions?${new URLSearchParams(new FormData(form))}`;
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  show(asked(), true);
});
document.getElementById("sort")?.addEventListener("change", () => show(asked(), true));
addEventListener("click", (event) => {
  const link = event.target.closest("#found aside a, #found .pages a, #found .timeline a, #news");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  // A link drawn in a chart keeps its address as an object.
  show(link.href.baseVal ?? link.href, true);
});
addEventListener("popstate", () => show(location.href, false));
