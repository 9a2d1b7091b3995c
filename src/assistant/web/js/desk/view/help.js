/** The keys, in a dialog. */

import { h } from "../../dom.js";
import { t } from "../../i18n/index.js";
import { SHORTCUTS, keysOf } from "../shortcuts.js";
import { sheet } from "./parts.js";

export const openHelp = () =>
  sheet(t("keys.title"), () => h("dl.keys", null, Object.values(SHORTCUTS).map((shortcut) =>
    h("div.pair", null, h("dt", null, keysOf(shortcut).map((key, at) => [at > 0 && "+", h("kbd", null, key)]).flat()), h("dd", null, t(shortcut.words))))));
