/**
 * The pictures that the reader has asked to see: of files that have come, and of nothing that lies elsewhere.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import { type Picture, PICTURE_BYTES_MAX, PICTURE_HEAD_BYTES, pictureIn } from "./picture.ts";

/** Pictures that are shown at once; of more, the oldest are a file's card again. */
const SHOWN_MAX = 20;

/** A picture that is shown. */
export interface ShownPicture extends Picture {
  /** An address that only this page has. */
  readonly url: string;
  readonly whole: Blob;
}

/** By the number of its file. */
export const pictures: Signal<ReadonlyMap<number, ShownPicture>> = signal(new Map());

/** Shows a file. @returns Whether it is a picture that can be shown. */
export async function showPicture(n: number, whole: Blob): Promise<boolean> {
  if (whole.size > PICTURE_BYTES_MAX) return false;
  const head = await whole.slice(0, PICTURE_HEAD_BYTES).arrayBuffer();
  const picture = pictureIn(new Uint8Array(head));
  if (picture === undefined) return false;
  // The bytes in memory: a file in the browser's storage is given up some time.
  const own = new Blob([await whole.arrayBuffer()], { type: picture.type });
  const shown = new Map(pictures.value);
  shown.set(n, { ...picture, url: URL.createObjectURL(own), whole: own });
  for (const [oldest, { url }] of shown) {
    if (shown.size <= SHOWN_MAX) break;
    URL.revokeObjectURL(url);
    shown.delete(oldest);
  }
  pictures.value = shown;
  return true;
}
