/** Pictures of a camera are larger than evidence has to be: they are made smaller before they are sent. */

const LONGEST = 2000; // pixels of a side, as the shop keeps them
const PLENTY = 1024 * 1024; // bytes that may go as they are

/** @param {Blob} picture @returns {Promise<Blob>} as it was where it is small, or the browser cannot read it */
export async function smaller(picture) {
  if (picture.size <= PLENTY) return picture;
  const bitmap = await createImageBitmap(picture).catch(() => null);
  if (bitmap === null) return picture;
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((give) => canvas.toBlob((made) => give(made ?? picture), "image/jpeg", 0.85));
}
