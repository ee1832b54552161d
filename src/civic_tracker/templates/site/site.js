// The filters of the opening page and of the search. Everything that they show can be read without them.
// Texts are set as text, never as markup: titles are publishers' words.
"use strict";

(() => {
  const form = document.getElementById("filters");
  const told = document.getElementById("facts");
  if (!form || !told) return;
  const facts = JSON.parse(told.textContent);
  const inputs = { text: form.q, liberty: form.freedom, status: form.status, region: form.region, source: form.source };
  const found = document.getElementById("found");
  const results = document.getElementById("records");
  const hits = document.getElementById("hits");
  const rest = document.getElementById("rest");
  const MOST_SHOWN = 50;
  const number = new Intl.NumberFormat(document.documentElement.lang);

  // Words are compared without accents and capitals, in every script.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const rows = [...document.querySelectorAll("#members tr[data-country]")].map((row) => ({
    row,
    code: row.dataset.country,
    region: row.parentElement.dataset.region,
    name: plain(`${row.cells[0].textContent} ${row.dataset.country}`),
    cells: (row.dataset.cells || "").split(" ").filter(Boolean).map((cell) => cell.split(".").map(Number)),
    counter: row.querySelector("[data-total]"),
  }));
  const tiles = new Map([...document.querySelectorAll("#map [data-country]")].map((tile) => [tile.dataset.country, tile]));

  let index = null; // the titles of all records, fetched when somebody searches
  let asked = null;
  const fetched = () => {
    asked ??= fetch(facts.index)
      .then((answer) => {
        if (!answer.ok) throw new Error(`${answer.status}`);
        return answer.json();
      })
      .then((content) => {
        index = content.records.map(([country, source, liberties, status, when, title, language, page]) => {
          const iso3 = content.countries[country];
          return { iso3, source, liberties, status, when, title, language, page, plain: plain(title) };
        });
      });
    return asked;
  };

  const wanted = () => {
    const liberty = inputs.liberty.value;
    return {
      words: plain(inputs.text.value).split(/\s+/).filter(Boolean),
      mask: liberty === "" ? null : liberty === "none" ? 0 : 1 << facts.liberties.indexOf(liberty),
      status: inputs.status.value === "" ? null : facts.statuses.indexOf(inputs.status.value),
      source: inputs.source.value === "" ? null : facts.sources.indexOf(inputs.source.value),
      region: inputs.region.selectedIndex === 0 ? null : inputs.region.value,
    };
  };
  const fits = (liberties, status, source, want) =>
    (want.mask === null || (want.mask === 0 ? liberties === 0 : (liberties & want.mask) !== 0)) &&
    (want.status === null || status === want.status) &&
    (want.source === null || source === want.source);
  const holds = (text, words) => words.every((word) => text.includes(word));

  const regionOf = new Map(Object.entries(facts.regions));
  const nameOf = new Map(Object.entries(facts.names).map(([code, name]) => [code, { name, plain: plain(`${name} ${code}`) }]));

  const matching = (want) =>
    (index || []).filter(
      (one) =>
        fits(one.liberties, one.status, one.source, want) &&
        (want.region === null || regionOf.get(one.iso3) === want.region) &&
        holds(`${one.plain} ${nameOf.get(one.iso3).plain}`, want.words),
    );

  const isOpen = (want) =>
    !want.words.length && want.mask === null && want.status === null && want.source === null && want.region === null;

  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const showRows = (want, byTitle) => {
    let countries = 0;
    const inTitles = new Map();
    for (const one of byTitle) inTitles.set(one.iso3, (inTitles.get(one.iso3) || 0) + 1);
    const all = isOpen(want);
    for (const one of rows) {
      let count = one.cells.reduce((sum, [liberties, status, source, n]) => sum + (fits(liberties, status, source, want) ? n : 0), 0);
      if (want.words.length && !holds(one.name, want.words)) count = inTitles.get(one.code) || 0;
      const named = want.words.length > 0 && holds(one.name, want.words);
      const narrowed = want.mask !== null || want.status !== null || want.source !== null;
      const inRegion = want.region === null || one.region === want.region;
      const shown = inRegion && (all || count > 0 || (!narrowed && (named || !want.words.length)));
      one.row.hidden = !shown;
      one.counter.textContent = number.format(all ? Number(one.counter.dataset.total) : count);
      tiles.get(one.code)?.classList.toggle("out", !shown);
      countries += shown ? 1 : 0;
    }
    for (const body of document.querySelectorAll("#members tbody")) {
      body.hidden = ![...body.querySelectorAll("tr[data-country]")].some((row) => !row.hidden);
    }
    return countries;
  };

  const showHits = (want, list) => {
    const searching = Boolean(want.words.length) || (!rows.length && !isOpen(want));
    results.hidden = !searching;
    hits.replaceChildren();
    if (!searching) return;
    for (const one of list.slice(0, MOST_SHOWN)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `${one.iso3}/${one.page}`;
      link.textContent = one.title;
      if (one.language && one.language !== document.documentElement.lang) link.lang = one.language;
      const note = document.createElement("span");
      note.className = "note";
      const parts = [nameOf.get(one.iso3).name, one.when, facts.sourceNames[one.source], facts.statusNames[one.status]];
      note.textContent = ` ${parts.filter(Boolean).join(" · ")}`;
      item.append(link, note);
      hits.append(item);
    }
    rest.textContent =
      list.length > MOST_SHOWN ? say(facts.texts.rest, { shown: number.format(MOST_SHOWN), all: number.format(list.length) }) : "";
  };

  let turn = 0;
  const apply = async () => {
    const mine = ++turn;
    const want = wanted();
    const needsTitles = want.words.length > 0 || (!rows.length && !isOpen(want));
    if (needsTitles && !index) {
      if (rows.length) showRows(want, []);
      found.textContent = facts.texts.loading;
      try {
        await fetched();
      } catch {
        asked = null;
        if (mine === turn) found.textContent = facts.texts.failed;
        return;
      }
      if (mine !== turn) return;
    }
    const list = needsTitles ? matching(want) : [];
    const countries = rows.length ? showRows(want, list) : 0;
    showHits(want, list);
    const parts = [];
    if (!isOpen(want)) {
      if (rows.length) parts.push(say(facts.texts.countries, { n: number.format(countries), all: number.format(rows.length) }));
      if (needsTitles) parts.push(say(facts.texts.records, { n: number.format(list.length) }));
    }
    found.textContent = parts.join(" ");
    remember(want);
  };

  // The address holds the filters, so that a search can be sent to somebody.
  const remember = () => {
    const asked = new URLSearchParams();
    for (const input of Object.values(inputs)) {
      if (input.tagName === "SELECT" ? input.selectedIndex > 0 : input.value) asked.set(input.name, input.value);
    }
    const query = asked.toString();
    try {
      history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
    } catch {
      // from a disk some browsers refuse it; the filters work all the same
    }
    for (const link of document.querySelectorAll(".languages a")) {
      link.search = query;
    }
  };

  const given = new URLSearchParams(location.search);
  for (const input of Object.values(inputs)) {
    const value = given.get(input.name);
    if (value === null) continue;
    if (input.tagName !== "SELECT" || [...input.options].some((option) => option.value === value)) input.value = value;
  }
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  form.hidden = false;
  apply();
})();
