// Tells whether the window is narrower than `data.below` CSS pixels, now and whenever that changes:
// a phone is turned, a window is resized. `data.narrow` is what the page was drawn for.
export default function ({ data, setStateValue }) {
  const narrow = window.matchMedia(`(max-width: ${data.below - 0.02}px)`);
  const tell = () => setStateValue("narrow", narrow.matches);
  if (narrow.matches !== data.narrow) tell();
  narrow.addEventListener("change", tell);
  return () => narrow.removeEventListener("change", tell);
}
