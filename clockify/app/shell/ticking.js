// A clock that counts from the instant at which something began, `data.start`, in milliseconds since 1970.
// `data.now` is the server's clock as it was drawn: a browser whose own clock is wrong counts rightly all the same.
export default function ({ data, parentElement }) {
  parentElement.stopTicking?.();
  const shown = parentElement.querySelector("span");
  const behind = Date.now() - data.now;
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => {
    const seconds = Math.max(Math.floor((Date.now() - behind - data.start) / 1000), 0);
    shown.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  };
  tick();
  const ticking = setInterval(tick, 250);
  parentElement.stopTicking = () => clearInterval(ticking);
  return () => parentElement.stopTicking();
}
