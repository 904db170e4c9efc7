/**
 * Speaking in frames: a thin layer over the wire's splitter and schemas.
 *
 * A well-framed frame that is no message is answered and the connection lives on, up to ten in a row. A
 * length that cannot be is the end, because nothing after it can be understood.
 *
 * @module
 */

import { BAD_FRAMES_MAX } from "./limits.ts";
import type { Heard, Speaker } from "./speaker.ts";
import { checkClientMessage, decodeBody, encodeFrame, ID_CHARS_MAX, Splitter } from "./wire/mod.ts";

/** Speaks frames of at most `frameBytesMax` bytes. */
export function frameSpeaker(frameBytesMax: number): Speaker {
  const splitter = new Splitter(frameBytesMax);
  let badInARow = 0;

  function heard(body: Uint8Array): Heard {
    const decoded = decodeBody(body);
    if (decoded.kind === "bad_frame") {
      if (++badInARow > BAD_FRAMES_MAX) return { kind: "end", code: "bad_frame" };
      return { kind: "error", code: "bad_frame", msg: decoded.reason };
    }
    badInARow = 0;
    const checked = checkClientMessage(decoded.value);
    if (checked.kind === "message") return checked;
    const re = idOf(decoded.value);
    return { kind: "error", code: checked.kind, msg: checked.reason, ...(re ? { re } : {}) };
  }

  return {
    speech: "frames",
    *hear(chunk: Uint8Array): Iterable<Heard> {
      splitter.feed(chunk);
      for (;;) {
        const split = splitter.next();
        if (split.kind === "more") return;
        if (split.kind === "frame") yield heard(split.body);
        else return yield refuse(split.length, frameBytesMax);
      }
    },
    hearEnd: (): Iterable<Heard> => [],
    encode: encodeFrame,
  };
}

function refuse(length: number, frameBytesMax: number): Heard {
  if (length === 0) return { kind: "end", code: "bad_frame", msg: "A frame cannot be empty." };
  const msg = `A frame of ${length} bytes is too large: at most ${frameBytesMax}.`;
  return { kind: "end", code: "frame_too_large", msg };
}

/** The id of something that is no message, so that its sender can tell which one was wrong. */
function idOf(value: object): string | undefined {
  return "id" in value && typeof value.id === "string" && value.id !== "" &&
      value.id.length <= ID_CHARS_MAX
    ? value.id
    : undefined;
}
