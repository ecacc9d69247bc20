// Turns the form of the SPARQL page into an editor. The form stays what it was: its fields, its button, its address.
// Nothing is asked from any other place than this site, and nothing is kept but a draft in localStorage.

import { complete } from "./completion.js";
import { show } from "./answer.js";

const byId = (id) => document.getElementById(id);
const text = JSON.parse(byId("words").textContent);
const say = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const form = byId("ask");
const plain = byId("query");
const format = byId("format");
const status = byId("status");
const LONGEST_ADDRESS = 6000; // other people's programs and proxies take 8 kB; a longer query goes after the #, which no server sees
const MOST = 20_000_000; // characters of an answer that are drawn; more can be saved
const LINE = /\b(\d+):(\d+)\b/; // where the engine's message says that the mistake is

const words = fetch(text.address).then((response) => (response.ok ? response.json() : {}));
const editor = makeEditor();
let asking = null;
let answered = "";

function makeEditor() {
  const { Yasqe } = window.Yasgui;
  complete(Yasqe, words);
  const given = "given" in form.dataset || plain.hasAttribute("aria-invalid");
  const holder = document.createElement("div");
  plain.after(holder);
  const yasqe = new Yasqe(holder, {
    value: plain.value,
    // The draft is kept where the address brings no query of its own, so that a link never overwrites it.
    persistenceId: given ? null : "werkkennis",
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "24rem",
    inputStyle: "contenteditable", // a screen reader reads the lines themselves
    // The tab key leaves the editor, as it leaves any other field.
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": () => {} },
  });
  const field = yasqe.getInputField();
  const label = form.querySelector("label[for=query]");
  plain.removeAttribute("required");
  plain.hidden = true;
  label.id = "query-label";
  label.addEventListener("click", () => yasqe.focus());
  field.setAttribute("role", "textbox");
  field.setAttribute("aria-multiline", "true");
  field.setAttribute("aria-labelledby", "query-label");
  field.setAttribute("aria-describedby", "problem keys");
  const notify = yasqe.showNotification;
  yasqe.showNotification = (key) => notify.call(yasqe, key, text.complete);
  yasqe.on("changes", () => unmark());
  yasqe.on("changes", () => name(yasqe));
  name(yasqe);
  byId("tools").hidden = false;
  return yasqe;
}

// The editor's own sentence at a line that it cannot read is in English and only for the mouse.
function name(yasqe) {
  yasqe.eachLine((line) => {
    const sign = line.gutterMarkers?.gutterErrorBar;
    if (!sign) return;
    sign.onmouseover = sign.onmouseout = null;
    sign.title = sign.ariaLabel = say(text.line, { line: line.lineNo() + 1 });
    sign.setAttribute("role", "img");
  });
}

function unmark() {
  byId("problem").hidden = true;
  byId("problem").closest(".field").classList.remove("wrong");
  editor.getInputField().removeAttribute("aria-invalid");
  editor.eachLine((line) => editor.removeLineClass(line, "background", "mistake"));
}

function mark(sentence) {
  byId("found").hidden = true; // an answer to another query would be taken for one to this
  const problem = byId("problem");
  problem.textContent = sentence;
  problem.hidden = false;
  problem.closest(".field").classList.add("wrong");
  editor.getInputField().setAttribute("aria-invalid", "true");
  const place = LINE.exec(sentence);
  if (place && Number(place[1]) <= editor.lineCount()) {
    const line = Number(place[1]) - 1;
    editor.addLineClass(line, "background", "mistake");
    editor.setCursor({ line, ch: Number(place[2]) - 1 });
  }
  editor.focus();
}

// Asks the endpoint; gives the response, or null when there is nothing to show but what has been said.
async function ask(query, accept, extra = {}) {
  asking?.abort();
  const mine = (asking = new AbortController());
  byId("stop").disabled = false;
  status.textContent = text.running;
  try {
    const body = new URLSearchParams({ query, ...extra });
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: accept }, signal: mine.signal });
    if (response.ok) return { type: response.headers.get("Content-Type").split(";")[0], body: await read(response, extra) };
    const problem = await response.json().catch(() => ({}));
    status.textContent = "";
    mark(problem.detail || problem.title || text.away);
  } catch (error) {
    if (mine === asking) status.textContent = error.name === "AbortError" ? text.stopped : error.tooLarge ? text.large : text.away;
  } finally {
    if (mine === asking) byId("stop").disabled = true;
  }
  return null;
}

// What is saved is taken whole; what is drawn is read only as far as a page can show it.
async function read(response, extra) {
  if (extra.format) return response.blob();
  const decoder = new TextDecoder();
  const parts = [];
  let size = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    if ((size += value.length) > MOST) {
      await reader.cancel();
      throw Object.assign(new Error(text.large), { tooLarge: true });
    }
    parts.push(decoder.decode(value, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}

async function run() {
  const query = editor.getValue();
  const begun = performance.now();
  unmark();
  // What stands there answers another query, also when this one is stopped or fails.
  byId("found").hidden = true;
  byId("answer").replaceChildren();
  const found = await ask(query, "application/sparql-results+json, text/turtle;q=0.9");
  if (!found) return;
  answered = query;
  const seconds = ((performance.now() - begun) / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
  byId("found").hidden = false;
  byId("save").textContent = say(text.save, { format: kind(found.type)[0] });
  byId("save").dataset.type = found.type;
  byId("save").hidden = found.type.endsWith("json") && "boolean" in JSON.parse(found.body);
  const rows = await show(byId("yasr"), found, text, await words);
  const sentence = rows === null ? text.done : text.rows[rows === 1 ? 0 : 1];
  status.textContent = say(sentence, { seconds, rows: rows?.toLocaleString(document.documentElement.lang) });
  history.replaceState(null, "", address(query));
}

const kind = (type) => (type === "text/turtle" ? ["Turtle", "ttl", "text/turtle"] : ["CSV", "csv", "text/csv"]);

// Saves what the endpoint itself makes of the query whose answer is shown.
async function save() {
  const [, suffix, accept] = kind(byId("save").dataset.type);
  const found = await ask(answered, accept, { format: suffix });
  if (!found) return;
  status.textContent = "";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(found.body);
  link.download = `werkkennis.${suffix}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// A link that works without JavaScript and in any program, where the query is not too long for an address.
function address(query) {
  const place = new URL(form.action);
  place.searchParams.set("query", query);
  if (place.href.length <= LONGEST_ADDRESS) return place.href;
  place.searchParams.delete("query");
  place.hash = new URLSearchParams({ query }).toString();
  return place.href;
}

async function share() {
  const field = byId("shared");
  field.value = address(editor.getValue());
  field.closest("p").hidden = false;
  field.focus();
  field.select();
  await navigator.clipboard?.writeText(field.value).then(
    () => (status.textContent = text.copied),
    () => {},
  );
}

form.addEventListener("submit", (event) => {
  plain.value = editor.getValue();
  if (format.value !== "html") return; // another form of answer goes out as it does without JavaScript
  event.preventDefault();
  run();
});
byId("stop").addEventListener("click", () => asking?.abort());
byId("save").addEventListener("click", save);
byId("share").addEventListener("click", share);
byId("examples").addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch(text.question.replace("NAME", byId("question").value));
  if (!response.ok) return event.target.submit();
  editor.setValue(await response.text()); // the query that stood there comes back with Ctrl+Z
  editor.focus();
});

if (plain.hasAttribute("aria-invalid")) mark(byId("problem").textContent);
const carried = new URLSearchParams(location.hash.slice(1)).get("query");
if (carried) {
  editor.setValue(carried);
  run();
}
