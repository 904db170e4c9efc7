/**
 * What picture some bytes are, by their beginning: its type and its size, for those types that every browser shows and that hold no script.
 * The name of a file and what its sender says of it count for nothing. Pure.
 *
 * Its size is looked at because a file of a few kilobytes can be a picture of gigabytes.
 *
 * @module
 */

/** Bytes of a picture that is shown. */
export const PICTURE_BYTES_MAX: number = 8 << 20;
/** Bytes of its beginning that are looked at: a camera's own notes come before the size. */
export const PICTURE_HEAD_BYTES: number = 512 << 10;
/** Pixels of a picture that is shown: those of a good camera. Four bytes each while it is shown. */
const PIXELS_MAX = 40_000_000;

/** A picture. */
export interface Picture {
  readonly type: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  readonly width: number;
  readonly height: number;
}

/** Whether a file may be one, by its name and its size: then it is offered to look. */
export function maybePicture(name: string, size: number): boolean {
  return size > 0 && size <= PICTURE_BYTES_MAX && /\.(?:png|jpe?g|gif|webp)$/i.test(name);
}

/** What picture the bytes begin; `undefined` when it is none that is shown. */
export function pictureIn(head: Uint8Array): Picture | undefined {
  const picture = pngIn(head) ?? gifIn(head) ?? webpIn(head) ?? jpegIn(head);
  if (picture === undefined) return undefined;
  const { width, height } = picture;
  return width > 0 && height > 0 && width * height <= PIXELS_MAX ? picture : undefined;
}

function pngIn(head: Uint8Array): Picture | undefined {
  if (!has(head, 0, "\x89PNG\r\n\x1a\n") || !has(head, 12, "IHDR") || head.length < 24) {
    return undefined;
  }
  const view = viewOf(head);
  return { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
}

/** The first frame decides as well: some browsers make the picture as large as that. */
function gifIn(head: Uint8Array): Picture | undefined {
  if (!has(head, 0, "GIF87a") && !has(head, 0, "GIF89a") || head.length < 13) return undefined;
  const view = viewOf(head);
  const flags = view.getUint8(10);
  let at = 13 + ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));
  while (at + 9 <= head.length && view.getUint8(at) === 0x21) {
    at += 2;
    while (at < head.length && view.getUint8(at) > 0) at += 1 + view.getUint8(at);
    at++;
  }
  if (at + 9 > head.length || view.getUint8(at) !== 0x2c) return undefined;
  const [x, y, width, height] = [1, 3, 5, 7].map((by) => view.getUint16(at + by, true));
  return {
    type: "image/gif",
    width: Math.max(view.getUint16(6, true), (x ?? 0) + (width ?? 0)),
    height: Math.max(view.getUint16(8, true), (y ?? 0) + (height ?? 0)),
  };
}

function webpIn(head: Uint8Array): Picture | undefined {
  if (!has(head, 0, "RIFF") || !has(head, 8, "WEBP") || head.length < 30) return undefined;
  const view = viewOf(head);
  const type = "image/webp";
  if (has(head, 12, "VP8X")) {
    const side = (at: number): number => 1 + (view.getUint32(at, true) & 0xff_ffff);
    return { type, width: side(24), height: 1 + (view.getUint32(26, true) >>> 8) };
  }
  if (has(head, 12, "VP8L")) {
    const bits = view.getUint32(21, true);
    return { type, width: 1 + (bits & 0x3fff), height: 1 + (bits >>> 14 & 0x3fff) };
  }
  if (!has(head, 12, "VP8 ")) return undefined;
  const side = (at: number): number => view.getUint16(at, true) & 0x3fff;
  return { type, width: side(26), height: side(28) };
}

/** Segments, up to the one that has the size: a frame's, `SOF`. */
function jpegIn(head: Uint8Array): Picture | undefined {
  if (!has(head, 0, "\xff\xd8\xff")) return undefined;
  const view = viewOf(head);
  for (let at = 2; at + 9 <= head.length && view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    // What is between two markers may be filled.
    if (marker === 0xff) at++;
    // Those have no length: what stands behind one is read by browsers, and would be jumped over here.
    else if (marker <= 0x01 || marker >= 0xd0 && marker <= 0xd9) return undefined;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { type: "image/jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    } else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function has(bytes: Uint8Array, at: number, text: string): boolean {
  return bytes.length >= at + text.length &&
    [...text].every((sign, by) => bytes[at + by] === sign.charCodeAt(0));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
