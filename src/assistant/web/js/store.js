/**
 * What the page remembers. The token, the conversation and unsent words live as long as the tab;
 * language and theme stay. Storage may be blocked inside a frame, then memory takes over.
 */

/** @param {() => Storage} open */
function box(open) {
  /** @type {Map<string, string>} */
  const memory = new Map();
  /** @type {Storage|null} */
  let storage = null;
  try {
    storage = open();
    storage.getItem("orderdesk.probe");
  } catch {
    storage = null;
  }
  return {
    /** @param {string} name @returns {string|null} */
    get: (name) => storage?.getItem(`orderdesk.${name}`) ?? memory.get(name) ?? null,
    /** @returns {string[]} all that is kept */
    names: () => [...new Set([...Object.keys(storage ?? {}).filter((name) => name.startsWith("orderdesk.")).map((name) => name.slice(10)), ...memory.keys()])],
    /** @param {string} name @param {string|null} value  null forgets */
    set(name, value) {
      if (value === null) memory.delete(name);
      else memory.set(name, value);
      try {
        if (value === null) storage?.removeItem(`orderdesk.${name}`);
        else storage?.setItem(`orderdesk.${name}`, value);
      } catch {
        // A full storage loses nothing that this visit needs: memory has it.
      }
    },
  };
}

export const tab = box(() => sessionStorage);
export const lasting = box(() => localStorage);

/**
 * @typedef {{clientMessageId: string|null, text: string, accepted: boolean}} Pending
 *   The message under way; accepted once the shop is known to have it.
 */

/** @returns {Pending|null} */
export function pendingMessage() {
  try {
    return JSON.parse(tab.get("pending") ?? "null");
  } catch {
    return null;
  }
}

/** @param {Pending|null} pending */
export function rememberPending(pending) {
  tab.set("pending", pending && JSON.stringify(pending));
}

/** Take `#token=…` of the embedding shop out of the address at once. @returns {string|null} */
export function tokenFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) history.replaceState(history.state, "", location.pathname + location.search);
  return token || null;
}

/** Forget one customer before another signs in. */
export function forgetCustomer() {
  for (const name of ["token", "owner", "customer", "name", "conversation", "pending", "draft"]) tab.set(name, null);
}
