// A button that copies `data.text`.
const SAID_MS = 2500;

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain http a browser has no clipboard but this one.
  }
  const fill = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", fill, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return done;
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const say = parentElement.querySelector("[role=status]");
  button.onclick = async () => {
    button.textContent = (await copied(data.text)) ? "Copied" : "Not copied";
    say.textContent = button.textContent;
    setTimeout(() => {
      button.textContent = "Copy link";
      say.textContent = "";
    }, SAID_MS);
  };
}
