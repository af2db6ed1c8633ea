// Tells, beside the count of mentions, how many have come since the page was made.
const news = document.getElementById("news");
if (news) {
  const events = new EventSource("/events");
  events.addEventListener("mentions", (event) => {
    const shown = document.getElementById("news");
    if (!shown) return;
    const more = Number(event.data) - Number(shown.dataset.mentions);
    shown.hidden = !(more > 0);
    shown.textContent = more > 0 ? shown.dataset.words.replace("{}", more) : "";
  });
  addEventListener("pagehide", () => events.close());
}
