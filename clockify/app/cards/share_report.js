// Two buttons: copy the report as rich text and plain text at once, and open it in a tab for printing.
// `data.html` is the whole page as the server escaped it, `data.text` the same in plain text.
const SAID_MS = 2500;

async function copied({ html, text }) {
  if (window.isSecureContext && navigator.clipboard?.write && window.ClipboardItem) {
    const blob = (kind, body) => new Blob([body], { type: kind });
    const item = { "text/html": blob("text/html", html), "text/plain": blob("text/plain", text) };
    try {
      await navigator.clipboard.write([new ClipboardItem(item)]);
      return true;
    } catch {
      // Not allowed here; the older way may be.
    }
  }
  // Over plain http a browser has no clipboard but this one.
  const fill = (event) => {
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", fill, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return done;
}

function print({ html }) {
  const address = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  const page = window.open(address);
  page?.addEventListener("load", () => page.print());
  return Boolean(page);
}

export default function ({ data, parentElement }) {
  const copy = parentElement.querySelector(".copy");
  const say = parentElement.querySelector("[role=status]");
  const label = "Copy for e-mail";
  const tell = (words, short) => {
    say.textContent = words;
    copy.textContent = short ?? label;
    setTimeout(() => {
      say.textContent = "";
      copy.textContent = label;
    }, SAID_MS);
  };
  copy.onclick = async () =>
    (await copied(data)) ? tell("Copied: paste it into an e-mail", "Copied") : tell("This browser doesn't let pages copy", "Not copied");
  parentElement.querySelector(".print").onclick = () => print(data) || tell("The browser blocked the tab for printing", "Tab blocked");
}
