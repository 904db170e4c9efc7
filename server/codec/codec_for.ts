/**
 * Which way of speaking a peer has chosen: its first byte tells.
 *
 * @module
 */

import { FrameCodec } from "./frame_codec.ts";
import type { Limits } from "../limits.ts";
import { speaksTls } from "../transport/mod.ts";
import type { Codec } from "./codec.ts";
import { StrayTlsCodec } from "./stray_tls.ts";
import { TextCodec } from "../text/text_codec.ts";

/** The codec for a peer whose first bytes are these: a frame is below 16 MiB, so it begins with a zero. */
export function codecFor(first: Uint8Array, { frameBytesMax }: Limits): Codec {
  if (speaksTls(first)) return new StrayTlsCodec();
  return first[0] === 0x00 ? new FrameCodec(frameBytesMax) : new TextCodec();
}
