/**
 * The lines of what a process says.
 *
 * @module
 */

import { linesOf as linesOfTexts } from "../ground/mod.ts";

/** The lines of bytes as they come, without their ends; the last one also if nothing ends it. */
export function linesOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  return linesOfTexts(
    bytes.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>),
  );
}
