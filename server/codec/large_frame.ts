/**
 * Reads a large frame in slices, so that none of them takes long: what it may mean is kept of it, and that is parsed.
 *
 * ```text
 *   pieces ─► UTF-8 ─► {"type":"Ping","id":"a","more":"xxxxxxxx … xxxxxxx"}
 *                      └──────── kept ────────┘       └─ what a text has above any field's limit is left out
 * ```
 *
 * No message is as large as these frames: a text that is, is too long for every field, and shortened it still is. So what
 * is answered to a frame does not depend on its size. Of the space between two tokens one is kept. What is left out is
 * looked at all the same: it must be UTF-8, and JSON. A frame is refused without being parsed when more than can be parsed
 * at once is left of it: too many values, a number of a thousand digits, or many long texts. Pure.
 *
 * @module
 */

import {
  FRAME_BYTES_AT_ONCE,
  FRAME_NUMBER_UNITS_MAX,
  FRAME_TEXT_UNITS_KEPT,
  FRAME_UNITS_KEPT,
  FRAME_VALUES_MAX,
} from "../limits.ts";
import { type Decoded, decodeJson } from "../wire/mod.ts";

const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c, COLON = 0x3a;
const OPENING_BRACKET = 0x5b, CLOSING_BRACKET = 0x5d, OPENING_BRACE = 0x7b, CLOSING_BRACE = 0x7d;
const TAB = 0x09, LINE_FEED = 0x0a, CARRIAGE_RETURN = 0x0d, SPACE = 0x20;
const U = 0x75;
/** Digits of an escape that begins with `u`. */
const HEX_DIGITS = 4;
const IS_ESCAPED: ReadonlySet<number> = new Set(
  [...'"\\/bfnrtu'].map((char) => char.charCodeAt(0)),
);
const IS_HEX: ReadonlySet<number> = new Set(
  [..."0123456789abcdefABCDEF"].map((char) => char.charCodeAt(0)),
);

/** Units of a text that mean themselves: found by the runtime faster than one by one. */
// deno-lint-ignore no-control-regex
const PLAIN = /[^"\\\x00-\x1f]+/y;

/** After so many of them the runtime is asked how many more there are: asking costs as much as reading a few. */
const PLAIN_UNITS_MIN = 16;

function isPlain(unit: number): boolean {
  return unit !== QUOTE && unit !== BACKSLASH && unit >= SPACE;
}

/** What too many values are answered with. */
export const INTRICATE: Decoded = bad(`A frame holds at most ${FRAME_VALUES_MAX} values.`);
const NUMBER_TOO_LONG = bad(`A number has at most ${FRAME_NUMBER_UNITS_MAX} characters.`);
const TOO_MUCH = bad(
  `A frame holds at most ${FRAME_UNITS_KEPT} characters beside what is too long of its texts.`,
);
const NO_JSON = bad("A frame's body must be JSON.");
const NO_UTF8 = bad("A frame's body must be UTF-8.");

/** Where the reader stands; an escape is kept whole or not at all. */
type State = "outside" | "space" | "text" | "escape" | "hex";

/** One frame that is being read. */
export class LargeFrame {
  /** What is still to be read, the next one last. */
  readonly #pieces: Uint8Array[];
  readonly #memory: "owned" | "borrowed";
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #kept = "";
  /** Whether the unit that was read last is kept. */
  #keeps = true;
  #state: State = "outside";
  #values = 0;
  /** Units of the text or the number so far. */
  #run = 0;
  /** Units that mean themselves, one after the other, at the end of what was read of a text. */
  #plainInARow = 0;
  /** Hexadecimal digits that are to come. */
  #digits = 0;

  /**
   * @param pieces Its body; their memory is read until `read` has an answer.
   * @param memory Whether that is theirs alone: then it is given back piece by piece, as soon as each is read.
   */
  constructor(pieces: readonly Uint8Array[], memory: "owned" | "borrowed" = "borrowed") {
    this.#pieces = pieces.toReversed();
    this.#memory = memory;
  }

  /** Bytes that it holds. */
  get heldBytes(): number {
    return this.#pieces.reduce((sum, { length }) => sum + length, this.#kept.length);
  }

  /** Reads a slice. @returns What the frame is; `undefined` while there is more to read. */
  read(): Decoded | undefined {
    const piece = this.#pieces.pop();
    if (piece === undefined) return decodeJson(this.#kept);
    const slice = piece.subarray(0, FRAME_BYTES_AT_ONCE);
    if (slice.length < piece.length) this.#pieces.push(piece.subarray(slice.length));
    let text: string;
    try {
      text = this.#decoder.decode(slice, { stream: this.#pieces.length > 0 });
    } catch (error) {
      if (error instanceof TypeError) return NO_UTF8;
      throw error;
    }
    if (slice.length === piece.length) this.#giveBack(piece);
    return this.#take(text) ?? (this.#kept.length > FRAME_UNITS_KEPT ? TOO_MUCH : undefined);
  }

  /** Gives back now what was not read. */
  release(): void {
    for (const piece of this.#pieces.splice(0)) this.#giveBack(piece);
  }

  #giveBack({ buffer }: Uint8Array): void {
    if (this.#memory === "owned" && buffer instanceof ArrayBuffer) buffer.transfer(0);
  }

  /** @returns What the frame is, when that is clear already. */
  #take(text: string): Decoded | undefined {
    let keeping = this.#keeps;
    let from = 0;
    let units = 1;
    for (let at = 0; at < text.length; at += units) {
      units = this.#skipPlain(text, at);
      const wrong = units > 0 ? undefined : this.#step(text.charCodeAt(at));
      if (wrong !== undefined) return wrong;
      units = Math.max(1, units);
      if (this.#keeps === keeping) continue;
      if (keeping) this.#kept += text.slice(from, at);
      else from = at;
      keeping = this.#keeps;
    }
    if (keeping) this.#kept += text.slice(from);
    return undefined;
  }

  /** How many units from `at` on are of a text and mean only themselves, all of them kept or none; 0 for none. */
  #skipPlain(text: string, at: number): number {
    if (this.#plainInARow < PLAIN_UNITS_MIN || !isPlain(text.charCodeAt(at))) return 0;
    PLAIN.lastIndex = at;
    PLAIN.test(text);
    const plain = PLAIN.lastIndex - at;
    const left = FRAME_TEXT_UNITS_KEPT - this.#run;
    const units = left > 0 ? Math.min(left, plain) : plain;
    this.#keeps = left > 0;
    this.#run += units;
    return units;
  }

  #step(unit: number): Decoded | undefined {
    switch (this.#state) {
      case "text":
        return this.#stepInText(unit);
      case "escape":
        if (!IS_ESCAPED.has(unit)) return NO_JSON;
        this.#digits = unit === U ? HEX_DIGITS : 0;
        this.#state = this.#digits > 0 ? "hex" : "text";
        this.#run++;
        return undefined;
      case "hex":
        if (!IS_HEX.has(unit)) return NO_JSON;
        if (--this.#digits === 0) this.#state = "text";
        this.#run++;
        return undefined;
      case "outside":
      case "space":
        return this.#stepOutside(unit);
      default:
        return this.#state satisfies never;
    }
  }

  #stepInText(unit: number): Decoded | undefined {
    if (unit < SPACE) return NO_JSON;
    if (unit === QUOTE) {
      this.#state = "outside";
      this.#run = 0;
      this.#plainInARow = 0;
      this.#keeps = true;
      return undefined;
    }
    this.#keeps = this.#run++ < FRAME_TEXT_UNITS_KEPT;
    this.#plainInARow++;
    if (unit !== BACKSLASH) return undefined;
    this.#state = "escape";
    this.#plainInARow = 0;
    return undefined;
  }

  #stepOutside(unit: number): Decoded | undefined {
    switch (unit) {
      case SPACE:
      case TAB:
      case LINE_FEED:
      case CARRIAGE_RETURN:
        this.#keeps = this.#state !== "space";
        this.#state = "space";
        this.#run = 0;
        return undefined;
      case QUOTE:
        this.#state = "text";
        this.#run = 0;
        break;
      case COMMA:
      case OPENING_BRACKET:
      case OPENING_BRACE:
        if (++this.#values > FRAME_VALUES_MAX) return INTRICATE;
        this.#state = "outside";
        this.#run = 0;
        break;
      case COLON:
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        this.#state = "outside";
        this.#run = 0;
        break;
      default:
        if (++this.#run > FRAME_NUMBER_UNITS_MAX) return NUMBER_TOO_LONG;
        this.#state = "outside";
    }
    this.#keeps = true;
    return undefined;
  }
}

function bad(reason: string): Decoded {
  return { kind: "bad_frame", reason };
}
