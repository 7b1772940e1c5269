// Sends a text area while somebody types in it, as Streamlit itself does for an input of one line that is `live`.
// Ctrl+Enter is Streamlit's own way to send one that isn't left yet. `data.inside` is the key of the container with the areas.
export default function ({ data, parentElement }) {
  parentElement.stopListening?.();
  const areas = `.st-key-${data.inside} textarea`;
  let waiting;

  function typed(event) {
    const area = event.target.closest?.(areas);
    if (!area) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, ctrlKey: true, bubbles: true }));
    }, 100);
  }

  document.addEventListener("input", typed);
  parentElement.stopListening = () => {
    clearTimeout(waiting);
    document.removeEventListener("input", typed);
  };
  return () => parentElement.stopListening();
}
