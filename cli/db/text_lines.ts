/**
 * Cuts a stream of bytes into lines of text.
 *
 * A line may have many megabytes and come in many pieces, so its pieces are gathered and joined once. Bytes
 * that are no UTF-8 end everything: they cannot be kept as they are.
 *
 * @module
 */

/** The lines, without their ends; the last one also if nothing ends it. */
export async function* textLines(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, void> {
  let pieces: string[] = [];
  const texts = bytes.pipeThrough(new TextDecoderStream("utf-8", { fatal: true }));
  for await (const text of texts) {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      yield pieces.join("") + text.slice(start, end);
      pieces = [];
      start = end + 1;
    }
    if (start < text.length) pieces.push(text.slice(start));
  }
  if (pieces.length > 0) yield pieces.join("");
}
