// Shows an answer in Yasr, in the language of the page, with links that lead to this site's own pages.

let yasr = null;

// Returns the number of rows, or null for an answer that has none.
export async function show(holder, found, text, words) {
  yasr ??= make(holder, text, words);
  const drawn = new Promise((resolve) => yasr.once("drawn", resolve));
  yasr.setResponse({ data: found.body, contentType: found.type, status: 200 });
  await drawn;
  if (found.type !== "application/sparql-results+json") return null;
  return yasr.results.getBindings()?.length ?? null;
}

function make(holder, text, words) {
  const { Yasr } = window.Yasgui;
  const config = Yasr.plugins.table.defaults.tableConfig;
  config.language = { ...config.language, ...text.pages };
  const made = new Yasr(holder, { persistenceId: null, prefixes: words.prefixes ?? {} });
  made.on("drawn", () => translate(holder, text));
  new MutationObserver(() => lead(holder, text)).observe(holder, { childList: true, subtree: true });
  return made;
}

// Yasr has its few words in English only, and some of its fields have no name.
function translate(holder, text) {
  const put = (selector, words, name = "textContent") => holder.querySelectorAll(selector).forEach((found) => (found[name] = words));
  const called = { ".select_table": text.table, ".select_response": text.response };
  for (const [selector, words] of Object.entries(called)) {
    put(`${selector} span`, words);
    put(selector, words, "title");
    put(selector, words, "ariaLabel");
  }
  holder.querySelectorAll(".switch .label").forEach((label, place) => (label.textContent = [text.simple, text.short][place]));
  put(".tableFilter", text.filter, "placeholder");
  put(".tableFilter", text.filter, "ariaLabel");
  put(".pageSizerLabel", text.length);
  put(".tableSizer", text.length, "ariaLabel");
  put(".tableSizer option[value='-1']", text.all);
  put(".overlay_btn", text.more);
  put(".overlay_btn", text.more, "title");
  holder.querySelectorAll(".yasr_results .CodeMirror-scroll").forEach((scroller) => (scroller.tabIndex = 0));
  const results = holder.querySelector(".yasr_results");
  results.tabIndex = 0;
  results.setAttribute("role", "region");
  results.setAttribute("aria-labelledby", "found-head");
  const verdict = holder.querySelector(".booleanResult span");
  if (verdict) verdict.textContent = yasr.results.getBoolean() ? text.yes : text.no;
  holder.querySelectorAll(".yasr_results .CodeMirror textarea").forEach((field) => (field.ariaLabel = text.response));
}

// An identifier of ours is described here, on whatever host this is.
function lead(holder, text) {
  for (const link of holder.querySelectorAll("a.iri")) {
    const iri = link.getAttribute("href");
    if (iri.startsWith(text.things)) link.href = `/doc/${iri.slice(text.things.length)}`;
    else if (iri.startsWith(text.terms)) link.href = `/def#${iri.slice(text.terms.length)}`;
    else continue;
    link.title = iri;
  }
}
