/** Says finished things to screen readers; single tokens never pass through here. */

const place = /** @type {HTMLElement} */ (document.getElementById("announcer"));
let clearing = 0;

/** @param {string} words */
export function announce(words) {
  clearTimeout(clearing);
  place.textContent = "";
  // An empty beat between makes readers say the same sentence twice when it comes twice.
  setTimeout(() => {
    place.textContent = words;
  }, 60);
  clearing = setTimeout(() => {
    place.textContent = "";
  }, 20_000);
}
