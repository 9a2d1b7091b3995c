/** The keys of the desk, in one list: what handles them and what the help dialog shows. */

/**
 * @typedef {object} Shortcut
 * @property {string} code  as in KeyboardEvent.code
 * @property {string} shown
 * @property {string} words  message key
 * @property {boolean} [ctrl]  with Ctrl or Command; else with Alt
 */

/** @type {Record<string, Shortcut>} */
export const SHORTCUTS = {
  use1: { code: "Digit1", shown: "1", words: "keys.use1" },
  use2: { code: "Digit2", shown: "2", words: "keys.use2" },
  use3: { code: "Digit3", shown: "3", words: "keys.use3" },
  send: { code: "Enter", shown: "Enter", words: "keys.send", ctrl: true },
  next: { code: "ArrowDown", shown: "↓", words: "keys.next" },
  previous: { code: "ArrowUp", shown: "↑", words: "keys.previous" },
  take: { code: "KeyT", shown: "T", words: "keys.take" },
  write: { code: "KeyM", shown: "M", words: "keys.write" },
  suggest: { code: "KeyS", shown: "S", words: "keys.suggest" },
  canned: { code: "KeyR", shown: "R", words: "keys.canned" },
  search: { code: "KeyQ", shown: "Q", words: "keys.search" },
  help: { code: "Slash", shown: "/", words: "keys.help" },
};

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** As the keyboard names it. @param {Shortcut} shortcut */
export const keysOf = ({ shown, ctrl }) => [ctrl ? (apple ? "⌘" : "Ctrl") : apple ? "⌥" : "Alt", shown];

/** Which shortcut a key is; null when none. @param {KeyboardEvent} event */
export function shortcutOf(event) {
  if (event.isComposing || event.shiftKey) return null;
  const ctrl = event.ctrlKey || event.metaKey;
  const found = Object.entries(SHORTCUTS).find(([, { code, ctrl: wants }]) =>
    code === event.code && Boolean(wants) === ctrl && Boolean(wants) !== event.altKey);
  return found ? found[0] : null;
}
