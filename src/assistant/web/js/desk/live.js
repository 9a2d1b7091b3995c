/** What happens at the desk, as it happens, whatever the network does in between. */

import { readEvents } from "../sse.js";
import { pause } from "../stream.js";
import * as api from "./api.js";
import { Problem } from "./api.js";

/**
 * Ends when aborted, or with true when the session has ended. A new connection begins with all that
 * is open, so nothing needs to be caught up.
 * @param {(event: import("../types.js").ServerEvent) => void} receive
 * @param {(connected: boolean) => void} told  each connection, and each loss of one
 * @param {AbortSignal} signal @returns {Promise<boolean>}
 */
export async function listen(receive, told, signal) {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const response = await api.events(signal);
      told(true);
      await readEvents(response, (event) => {
        failures = 0;
        if (!signal.aborted) receive(event);
      });
    } catch (error) {
      if (!signal.aborted && error instanceof Problem && error.status === 401) return true;
    }
    if (signal.aborted) return false;
    told(false);
    await pause(Math.min(failures, 5));
  }
  return false;
}
