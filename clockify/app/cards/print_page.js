// A button that prints the page as it is: what is left out stands in page.css.
export default function ({ parentElement }) {
  parentElement.querySelector("button").onclick = () => window.print();
}
