// What the keyboard does on a page with a form, beside the shortcuts that buttons print themselves.
// `data.form` is the key of the form's container, `data.first` that of its first field.
// N goes to the first field; Escape leaves a field. A list that takes new words forgets what was typed in it when it is left
// by Tab, by Escape or by a click somewhere else: here it keeps that, as any other field does.
export default function ({ data, parentElement }) {
  parentElement.stopListening?.();
  const inside = `.st-key-${data.form}`;
  const isField = (element) => Boolean(element?.closest?.("input, textarea, select, [contenteditable=true], [role=spinbutton]"));
  let typing = null;

  const enter = (field) =>
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true }));

  function take(field) {
    if (!typing || typing !== field) return;
    typing = null;
    enter(field);
  }

  function typed(event) {
    const field = event.target;
    typing = field.getAttribute?.("role") === "combobox" && field.closest(data.open) ? field : null;
  }

  function pressed(event) {
    if (event.isComposing || !event.isTrusted) return;
    const field = event.target;
    if (event.key === "Enter") typing = null;
    if (event.key === "Tab" || event.key === "Escape") take(field);
    if (event.key === "Escape" && field.closest?.(inside) && isField(field)) field.blur();
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (plain && event.key.toLowerCase() === "n" && !isField(field) && !document.querySelector("[role=dialog]")) {
      const first = document.querySelector(`.st-key-${data.first} input`);
      if (!first) return;
      event.preventDefault();
      first.focus();
      first.scrollIntoView({ block: "nearest" });
    }
  }

  function pointed(event) {
    if (typing && !event.target.closest?.("[role=listbox], [role=option]") && event.target !== typing) take(typing);
  }

  document.addEventListener("input", typed, true);
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("pointerdown", pointed, true);
  parentElement.stopListening = () => {
    document.removeEventListener("input", typed, true);
    document.removeEventListener("keydown", pressed, true);
    document.removeEventListener("pointerdown", pointed, true);
  };
  return () => parentElement.stopListening();
}
