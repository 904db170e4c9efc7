/**
 * Which way of speaking a peer has chosen: its first byte tells.
 *
 * @module
 */

import { FrameCodec } from "./frame_codec.ts";
import type { Headroom } from "../budget/mod.ts";
import type { Limits } from "../limits.ts";
import { speaksTls } from "../transport/mod.ts";
import type { Codec } from "./codec.ts";
import { StrayTlsCodec } from "./stray_tls.ts";
import type { Seal } from "./seal.ts";
import { SealedCodec } from "./sealed_codec.ts";
import { TextCodec } from "../text/text_codec.ts";

/**
 * The codec for a peer whose first bytes are these: a frame is below 16 MiB, so it begins with a zero.
 *
 * @param parts.headroom Hears what is held of frames that have come in part.
 * @param seal By this the secrets of a page's browser are sealed.
 */
export function codecFor(
  first: Uint8Array,
  parts: { readonly limits: Limits; readonly headroom: Headroom },
  seal?: Seal,
): Codec {
  if (speaksTls(first)) return new StrayTlsCodec();
  if (first[0] !== 0x00) return new TextCodec();
  const { limits: { frameBytesMax }, headroom } = parts;
  const onGrow = (bytes: number): void => headroom.take(bytes);
  return seal === undefined
    ? new FrameCodec(frameBytesMax, onGrow)
    : new SealedCodec(frameBytesMax, seal, onGrow);
}
