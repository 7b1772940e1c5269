// Tells which row (and column) of a table was clicked, or chosen with Enter or the space bar.
// The table is one stop of the Tab key; arrows go from row to row.
// `data.table` is the key of the container that holds the table, `data.rows` says of each row of
// its body whether it leads anywhere, `data.cells` whether single cells do.
export default function ({ data, setTriggerValue }) {
  const inside = `.st-key-${data.table} tbody tr`;
  const rowsOf = () => [...document.querySelectorAll(inside)];

  function pick(event) {
    const row = event.target.closest?.(inside);
    if (!row || event.target.closest("a, button") || !window.getSelection().isCollapsed) return;
    if (event.type === "keydown" && step(row, event)) return;
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    const place = rowsOf().indexOf(row);
    if (!data.rows[place]) return;
    event.preventDefault();
    const cell = event.target.closest("td, th");
    setTriggerValue("picked", { row: place, column: cell && data.cells ? [...row.children].indexOf(cell) : null });
  }

  function step(row, event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.target !== row) return false;
    const leading = rowsOf().filter((_, place) => data.rows[place]);
    leading[leading.indexOf(row) + by]?.focus();
    event.preventDefault();
    return true;
  }

  function mark() {
    const first = data.rows.indexOf(true);
    rowsOf().forEach((row, place) => {
      const leads = Boolean(data.rows[place]);
      if (leads === row.hasAttribute("tabindex")) return;
      leads ? row.setAttribute("tabindex", place === first ? "0" : "-1") : row.removeAttribute("tabindex");
      row.style.cursor = leads ? "pointer" : "";
      row.title = leads ? data.hint : "";
    });
  }

  mark();
  const observer = new MutationObserver(mark);
  observer.observe(document.querySelector("[data-testid=stMain]") ?? document.body, { childList: true, subtree: true });
  document.addEventListener("click", pick);
  document.addEventListener("keydown", pick);
  return () => {
    observer.disconnect();
    document.removeEventListener("click", pick);
    document.removeEventListener("keydown", pick);
  };
}
