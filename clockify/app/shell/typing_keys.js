// What the keyboard does on a page with a form, beside the shortcuts that buttons print themselves: N goes to the form's first
// field, Escape leaves a field. `data.form` is the key of the form's container, `data.first` that of its first field.
// `data.words` offers words for plain fields, by their key, as browsers do it: a field stays one of free text.
export default function ({ data, parentElement }) {
  parentElement.stopListening?.();
  const isField = (element) => Boolean(element?.closest?.("input, textarea, select, [contenteditable=true], [role=spinbutton]"));
  const lists = Object.entries(data.words).map(([key, words]) => {
    const list = document.createElement("datalist");
    list.id = `words-${key}`;
    list.replaceChildren(...words.map((word) => Object.assign(document.createElement("option"), { value: word })));
    document.body.append(list);
    return list;
  });

  function offer() {
    for (const key of Object.keys(data.words)) {
      const field = document.querySelector(`.st-key-${key} input`);
      if (field && field.getAttribute("list") !== `words-${key}`) field.setAttribute("list", `words-${key}`);
    }
  }

  function pressed(event) {
    const field = event.target;
    // Whoever closes a list with it stays where he is.
    if (event.key === "Escape" && isField(field) && field.getAttribute("aria-expanded") !== "true") setTimeout(() => field.blur());
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing);
    if (!plain || event.key.toLowerCase() !== "n" || isField(field) || document.querySelector("[role=dialog], [role=menu]")) return;
    const first = document.querySelector(`.st-key-${data.form} .st-key-${data.first} input`);
    event.preventDefault();
    first?.focus();
    first?.scrollIntoView({ block: "nearest" });
  }

  offer();
  document.addEventListener("focusin", offer);
  document.addEventListener("keydown", pressed, true);
  parentElement.stopListening = () => {
    document.removeEventListener("focusin", offer);
    document.removeEventListener("keydown", pressed, true);
    lists.forEach((list) => list.remove());
  };
  return () => parentElement.stopListening();
}
