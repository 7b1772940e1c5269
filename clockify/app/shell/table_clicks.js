// Tells which row (and column) of a table was clicked, or chosen with Enter or the space bar.
// The table is one stop of the Tab key; arrows go from row to row.
// `data.table` is the key of the container that holds the table, `data.rows` says of each row of
// its body whether it leads anywhere, `data.cells` whether single cells do. `data.folds` says of each
// row whether its parts show (true, false; null: it has none): a click on its first cell, or the arrows
// to the right and left, open and close it.
export default function ({ data, setTriggerValue, parentElement }) {
  // Called anew for each new `data`, without a word to what the last call left behind: that goes by
  // old rows, and a click would count twice.
  parentElement.stopListening?.();
  const inside = `.st-key-${data.table} tbody tr`;
  const rowsOf = () => [...document.querySelectorAll(inside)];
  const foldOf = (place) => data.folds?.[place] ?? null;
  const isLive = (place) => Boolean(data.rows[place]) || foldOf(place) !== null;

  function pick(event) {
    const row = event.target.closest?.(inside);
    if (!row || event.target.closest("a, button") || !window.getSelection().isCollapsed) return;
    if (event.type === "keydown" && step(row, event)) return;
    const place = rowsOf().indexOf(row);
    const cell = event.target.closest("td, th");
    if (turns(event, place, cell && [...row.children].indexOf(cell))) {
      event.preventDefault();
      setTriggerValue("picked", { row: place, column: null, turned: true });
      return;
    }
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (!data.rows[place]) return;
    event.preventDefault();
    setTriggerValue("picked", { row: place, column: cell && data.cells ? [...row.children].indexOf(cell) : null });
  }

  function turns(event, place, column) {
    const open = foldOf(place);
    if (open === null) return false;
    const chosen = !data.rows[place] && [" ", "Enter"].includes(event.key);
    if (event.type === "keydown") return chosen || event.key === (open ? "ArrowLeft" : "ArrowRight");
    return column === 0 || !data.rows[place];
  }

  function step(row, event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.target !== row) return false;
    const leading = rowsOf().filter((_, place) => isLive(place));
    leading[leading.indexOf(row) + by]?.focus();
    event.preventDefault();
    return true;
  }

  function mark() {
    const first = data.rows.findIndex((_, place) => isLive(place));
    rowsOf().forEach((row, place) => {
      const open = foldOf(place);
      if (open === null) delete row.dataset.open;
      else if (row.dataset.open !== String(open)) row.dataset.open = String(open);
      const leads = isLive(place);
      if (leads === row.hasAttribute("tabindex") && row.title === titleOf(place)) return;
      leads ? row.setAttribute("tabindex", place === first ? "0" : "-1") : row.removeAttribute("tabindex");
      row.style.cursor = leads ? "pointer" : "";
      row.title = titleOf(place);
    });
  }

  function titleOf(place) {
    const open = foldOf(place);
    const arrows = open === null ? "" : open ? "; arrow left closes it" : "; arrow right opens it";
    return data.rows[place] ? data.hint + arrows : isLive(place) ? "Show them" : "";
  }

  mark();
  const observer = new MutationObserver(mark);
  observer.observe(document.querySelector("[data-testid=stMain]") ?? document.body, { childList: true, subtree: true });
  document.addEventListener("click", pick);
  document.addEventListener("keydown", pick);
  parentElement.stopListening = () => {
    observer.disconnect();
    document.removeEventListener("click", pick);
    document.removeEventListener("keydown", pick);
  };
  return () => parentElement.stopListening();
}
