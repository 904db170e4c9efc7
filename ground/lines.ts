/**
 * Cuts text that comes in pieces into lines.
 *
 * A line may have many megabytes and come in many pieces, so its pieces are gathered and joined once; work is linear
 * in characters. Pure; where the pieces come from is the caller's business.
 *
 * @module
 */

/** A line has grown over the limit, and its end has not come. */
export class LineTooLongError extends RangeError {
  /** The name of the class. */
  override readonly name: string = "LineTooLongError";
}

/** Joins pieces of text and cuts them at `\n`. */
export class LineCutter {
  readonly #charsMax: number;
  #pieces: string[] = [];
  #chars = 0;

  /** @param charsMax Longest line that is waited for, in UTF-16 units. Default: no limit. */
  constructor(charsMax: number = Infinity) {
    this.#charsMax = charsMax;
  }

  /** The lines that end in this piece, without their ends. @throws {LineTooLongError} */
  *feed(text: string): Generator<string, void, void> {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      yield this.#take(text.slice(start, end));
      start = end + 1;
    }
    if (start === text.length) return;
    this.#pieces.push(text.slice(start));
    this.#chars += text.length - start;
    if (this.#chars > this.#charsMax) {
      throw new LineTooLongError(`A line has more than ${this.#charsMax} characters`);
    }
  }

  /** The line that nothing ended, if there is one. */
  end(): string | undefined {
    return this.#pieces.length > 0 ? this.#take("") : undefined;
  }

  #take(last: string): string {
    if (this.#pieces.length === 0) return last;
    this.#pieces.push(last);
    const line = this.#pieces.join("");
    this.#pieces = [];
    this.#chars = 0;
    return line;
  }
}

/**
 * The lines of a text in pieces, without their ends; the last one also if nothing ends it.
 *
 * @param charsMax Longest line that is waited for, in UTF-16 units. Default: no limit.
 * @throws {LineTooLongError}
 */
export async function* linesOf(
  pieces: AsyncIterable<string>,
  charsMax: number = Infinity,
): AsyncGenerator<string, void, void> {
  const cutter = new LineCutter(charsMax);
  for await (const text of pieces) yield* cutter.feed(text);
  const last = cutter.end();
  if (last !== undefined) yield last;
}
