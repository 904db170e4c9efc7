/**
 * Text that comes in pieces, as lines.
 *
 * @module
 */

/** Cuts at line feeds; a last line without one counts. */
export class TextLineStream extends TransformStream<string, string> {
  constructor() {
    let rest = "";
    super({
      transform(piece, out) {
        const lines = (rest + piece).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) out.enqueue(line);
      },
      flush(out) {
        if (rest !== "") out.enqueue(rest);
      },
    });
  }
}
