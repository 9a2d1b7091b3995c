/** Evidence from customers: pictures kept by the shop, by the address that only agents may read. */

import { h } from "../../dom.js";
import { address, part } from "../../http.js";
import { t } from "../../i18n/index.js";

/** The pictures that a message or a report names. @param {string} words @param {string|null} conversation  they were sent in */
export function photosIn(words, conversation) {
  const names = [...new Set(words.match(/photo-[0-9a-f]{24}\.jpg/g) ?? [])];
  return conversation !== null && names.length > 0 && h("div.photos", null, names.map((name) => {
    const src = address(`desk/conversations/${part(conversation)}/photos/${name}`).href;
    return h("a", { href: src, target: "_blank", rel: "noopener" }, h("img", { src, alt: t("desk.photo"), loading: "lazy" }));
  }));
}
