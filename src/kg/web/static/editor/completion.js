// What the editor completes: our prefixes, classes, properties and concepts. Its own lists come from elsewhere on the
// web, so each of its completers that has one is replaced.

const MOST = 100;

export function complete(Yasqe, promised) {
  const labels = new Map(); // from a word as it stands in a query to its label

  const shorten = (words, iri) => {
    const [prefix, namespace] = Object.entries(words.prefixes)
      .filter(([, start]) => iri.startsWith(start))
      .reduce((best, entry) => (entry[1].length > best[1].length ? entry : best), ["", ""]);
    return namespace && /^[\w-]*$/.test(iri.slice(namespace.length)) ? `${prefix}:${iri.slice(namespace.length)}` : `<${iri}>`;
  };
  const fits = (typed, word, iri, label) =>
    word.toLowerCase().startsWith(typed) || iri.toLowerCase().startsWith(typed.replace("<", "")) ||
    (!typed.includes(":") && [label, word.split(":").pop()].some((name) => name.toLowerCase().includes(typed)));
  const among = (role) => async (_yasqe, token) => {
    const words = await promised;
    const typed = token.string.trim().toLowerCase();
    const found = (words[role] ?? []).map(([iri, label]) => [shorten(words, iri), iri, label]);
    found.forEach(([word, , label]) => label && labels.set(word, label));
    return found.filter(([word, iri, label]) => fits(typed, word, iri, label)).map(([word]) => word).slice(0, MOST);
  };
  const named = (_yasqe, hints) => hints.map((hint) => ({ ...hint, displayText: [hint.text, labels.get(hint.text)].filter(Boolean).join("  ") }));
  const ours = (role) => ({
    get: among(role), bulk: false, persistenceId: null, postprocessHints: named,
    preProcessToken: (_yasqe, token) => token, postProcessSuggestion: (_yasqe, _token, word) => word,
  });

  Yasqe.forkAutocompleter("class", { name: "class", ...ours("classes") });
  Yasqe.forkAutocompleter("property", { name: "property", ...ours("properties") });
  Yasqe.registerAutocompleter({
    name: "concept",
    autoShow: true,
    isValidCompletionPosition: (yasqe) => {
      const token = yasqe.getCompleteToken();
      return /^[a-z]+(-[a-z]+)*:/.test(token.string) && !token.state.possibleCurrent.includes("a") && kinds.has(token.string.split(":")[0]);
    },
    ...ours("concepts"),
  });
  Yasqe.forkAutocompleter("prefixes", {
    name: "prefixes",
    bulk: false,
    persistenceId: null,
    get: async (_yasqe, token) => {
      const typed = token?.autocompletionString ?? token?.string.trim() ?? "";
      return Object.entries((await promised).prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`).filter((line) => line.startsWith(typed));
    },
  });
  const kinds = new Set();
  promised.then((words) => (words.concepts ?? []).forEach(([iri]) => kinds.add(shorten(words, iri).split(":")[0])));
}
