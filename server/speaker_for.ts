/**
 * Which way of speaking a peer has chosen: its first byte tells.
 *
 * @module
 */

import { FrameSpeaker } from "./frame_speaker.ts";
import type { Limits } from "./limits.ts";
import type { Speaker } from "./speaker.ts";
import { TextSpeaker } from "./text/text_speaker.ts";

/** The speaker for a peer whose first bytes are these: a frame is below 16 MiB, so it begins with a zero. */
export function speakerFor(first: Uint8Array, { frameBytesMax }: Limits): Speaker {
  return first[0] === 0x00 ? new FrameSpeaker(frameBytesMax) : new TextSpeaker();
}
