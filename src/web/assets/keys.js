// Keys: / to the search box, j and k through the mentions, o opens one, w says why.
const mentions = () => [...document.querySelectorAll("article.mention")];
const step = (by) => {
  const all = mentions();
  const here = all.findIndex((mention) => mention.contains(document.activeElement));
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};
const here = () => document.activeElement?.closest("article.mention");
const keys = {
  "/": () => document.getElementById("q")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  o: () => here()?.querySelector(".when")?.click(),
  w: () => here()?.querySelector("summary")?.click(),
};
addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
