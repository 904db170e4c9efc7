/**
 * One frame: a length and a JSON object.
 *
 * ```text
 *   0        4                4+N
 *   ├────────┼─────────────────┤
 *   │ N: u32 │ N bytes of JSON │      N is big-endian, 1 ≤ N ≤ the limit (at most 15 MiB)
 *   └────────┴─────────────────┘      so the first byte of a frame is always 0x00
 *
 *   00 00 00 0f  7b 22 74 79 70 65 22 3a 22 50 69 6e 67 22 7d      {"type":"Ping"}, N = 15
 * ```
 *
 * Encoding and decoding are pure. Cutting a stream of bytes into frames is the splitter's work, and
 * knowing which objects are messages is the schemas'.
 *
 * @module
 */

import type { ClientMessage, ServerMessage } from "./messages.ts";
import { FRAME_HEADER_BYTES } from "./limits.ts";

const encoder = new TextEncoder();
/** `ignoreBOM` keeps a byte order mark visible, so that JSON refuses it instead of it vanishing. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Where frames are encoded before their size is known; one copy then gives a frame its own memory. */
const scratch = new Uint8Array(64 << 10);

const scratchBody = scratch.subarray(FRAME_HEADER_BYTES);

/** Encodes JSON text as one frame with memory of its own. */
export function frameOf(json: string): Uint8Array<ArrayBuffer> {
  // A UTF-16 unit becomes at most three bytes of UTF-8.
  const fits = json.length * 3 <= scratchBody.length;
  const frame = fits ? scratch : new Uint8Array(FRAME_HEADER_BYTES + json.length * 3);
  const body = fits ? scratchBody : frame.subarray(FRAME_HEADER_BYTES);
  const { written } = encoder.encodeInto(json, body);
  frame[0] = written >>> 24;
  frame[1] = written >>> 16;
  frame[2] = written >>> 8;
  frame[3] = written;
  return frame.slice(0, FRAME_HEADER_BYTES + written);
}

/** Encodes a message as one frame. */
export function encodeFrame(message: ClientMessage | ServerMessage): Uint8Array<ArrayBuffer> {
  return frameOf(JSON.stringify(message));
}

/** Encodes a message that holds a secret: of its bytes nothing is left but the frame, which whoever sends it wipes. */
export function encodeSecret(message: ClientMessage): Uint8Array<ArrayBuffer> {
  const frame = encodeFrame(message);
  scratch.fill(0, 0, frame.length);
  return frame;
}

/** What a frame's body turns out to be. */
export type Decoded =
  | { readonly kind: "object"; readonly value: { readonly type: string } }
  | { readonly kind: "bad_frame"; readonly reason: string };

/** Decodes a frame's body as far as "a JSON object in UTF-8 with a string `type`". */
export function decodeBody(body: Uint8Array): Decoded {
  let json: string;
  try {
    json = decoder.decode(body);
  } catch (error) {
    if (error instanceof TypeError) return bad("A frame's body must be UTF-8.");
    throw error;
  }
  return decodeJson(json);
}

/** The same for a body that is text already. */
export function decodeJson(json: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return bad("A frame's body must be JSON.");
    throw error;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return bad("A frame's body must be a JSON object.");
  }
  if (!("type" in value) || typeof value.type !== "string") {
    return bad("A message must have a string 'type'.");
  }
  return { kind: "object", value: value as { type: string } };
}

function bad(reason: string): Decoded {
  return { kind: "bad_frame", reason };
}
