// Keys: / to the search box, j and k through the mentions, o opens one, w says why, ? tells the keys; and whatever a page gives a key
// with data-key: what is pressed with it, or the fields that open with it.
const mentions = () => [...document.querySelectorAll("article.mention")];
const step = (by) => {
  const all = mentions();
  const here = all.findIndex((mention) => mention.contains(document.activeElement));
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};
const here = () => document.activeElement?.closest("article.mention") ?? (mentions().length === 1 ? mentions()[0] : null);
const use = (own) => {
  if (!own.matches("summary")) return own.click();
  own.parentElement.open = true;
  own.parentElement.querySelector("textarea, input:not([type=hidden])")?.focus();
};
const keys = {
  "/": () => document.getElementById("q")?.focus(),
  "?": () => {
    const help = document.querySelector("#keys, #syntax");
    if (help) help.open = !help.open;
    help?.querySelector("summary").focus();
  },
  j: () => step(1),
  k: () => step(-1),
  o: () => here()?.querySelector(".when")?.click(),
  w: () => here()?.querySelector("summary")?.click(),
};
addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const own = here()?.querySelector(`[data-key="${CSS.escape(event.key)}"]:not([hidden])`);
  if (!own && !keys[event.key]) return;
  event.preventDefault();
  if (own) use(own);
  else keys[event.key]();
});
