// Runs the page again as soon as nobody is in the middle of something on it; until then a line says that there is more to see.
export default function ({ data, setTriggerValue, parentElement }) {
  parentElement.stopWaiting?.();
  const line = parentElement.querySelector("#news");
  line.querySelector("span").textContent = data.words;
  const open = "[role=dialog], [role=menu], [role=listbox], [data-testid=stPopoverBody], [data-baseweb=calendar]";
  let waiting;

  function isAmid() {
    const field = document.activeElement;
    // A list's own field keeps the focus when the choice is made.
    const typed = field?.matches("input:not([type=checkbox], [type=radio]), textarea, [contenteditable=true], [role=spinbutton]");
    const chosen = field?.getAttribute("role") === "combobox" && !field.value;
    return document.hidden || Boolean(document.querySelector(open)) || Boolean(typed && !chosen);
  }

  function show() {
    parentElement.stopWaiting();
    setTriggerValue("show", true);
  }

  function look() {
    if (!isAmid()) show();
    else line.hidden = false;
  }

  parentElement.stopWaiting = () => clearInterval(waiting);
  waiting = setInterval(look, 500);
  line.querySelector("button").onclick = show;
  look();
  return () => parentElement.stopWaiting();
}
