/**
 * Cuts a stream of bytes into lines of text.
 *
 * Bytes that are no UTF-8 end everything: they cannot be kept as they are.
 *
 * @module
 */

import { linesOf } from "../../ground/mod.ts";

/** The lines, without their ends; the last one also if nothing ends it. */
export async function* textLines(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, void> {
  yield* linesOf(bytes.pipeThrough(new TextDecoderStream("utf-8", { fatal: true })));
}
