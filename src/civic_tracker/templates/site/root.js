// Choose the reader's language; without JavaScript the links below do.
document.addEventListener("DOMContentLoaded", () => {
  const links = new Map([...document.querySelectorAll("#languages a")].map((link) => [link.hreflang, link]));
  if (document.body.dataset.stay !== undefined || !links.size) return;
  const wanted = (navigator.languages || []).map((code) => code.toLowerCase().split("-")[0]);
  const found = wanted.find((code) => links.has(code));
  location.replace((links.get(found) || links.values().next().value).href);
});
