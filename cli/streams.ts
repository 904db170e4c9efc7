/**
 * The three standard streams, for commands that are no full-screen program.
 *
 * Output is written whole and in order. Whoever reads our output may leave early (`chat … | head`): that is a
 * normal end and no error report, and of a program that does more than print (`side_output.ts`) it is no end at all.
 *
 * @module
 */

import { linesOf, LineTooLongError } from "../ground/mod.ts";
import { EXIT, Failure } from "./failure.ts";

/** What Deno puts behind the system's words. */
const OS_CODE = / \(os error \d+\)$/;

/** Longest line, and longest text, that is waited for, in UTF-16 units: a hundred times what a message may have. */
const LINE_CHARS_MAX = 1_000_000;

const encoder = new TextEncoder();

/** Writes text to standard output. */
export function print(text: string): void {
  writeAll(Deno.stdout, text, () => Deno.exit(EXIT.done));
}

/** Columns that output looks best in when it goes to no terminal. */
const COLUMNS_USUAL = 80;

/** Columns of the terminal that standard output is, if it is one. */
export function outputColumns(): number {
  try {
    if (Deno.stdout.isTerminal()) return Deno.consoleSize().columns || COLUMNS_USUAL;
  } catch {
    // It has no size, as some that are driven by programs.
  }
  return COLUMNS_USUAL;
}

/** Writes text to standard error. That it cannot be written is no reason to end otherwise than one would have. */
export function printError(text: string): void {
  try {
    writeAll(Deno.stderr, text, () => {});
  } catch {
    // Its disk is full, and there is nowhere else to say so.
  }
}

/** Writes all of a text to standard output, without holding the program up while it is not read. */
export async function writeToOutput(text: string): Promise<void> {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}

/** Writes text to standard output for a program that goes on whether it is read or not. */
export function announce(text: string): void {
  writeAll(Deno.stdout, text, () => {});
}

/** Writes to standard error without waiting for whoever reads it: at least one byte, when it takes some. */
export function writeToError(bytes: Uint8Array): Promise<number> {
  return Deno.stderr.write(bytes);
}

/** @throws {Failure} When it cannot be written, other than for want of a reader. */
function writeAll(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
  onUnread: () => void,
): void {
  const bytes = encoder.encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return onUnread();
    throw new Failure(writeFailure(error), EXIT.failed, { cause: error });
  }
}

/** Why output cannot be written, in a sentence. */
export function writeFailure(error: unknown): string {
  const reason = (error instanceof Error ? error.message : String(error)).replace(OS_CODE, "");
  return `Cannot write the output: ${reason}.`;
}

/**
 * The lines of standard input, without their endings; the last one also if nothing ends it.
 *
 * @param onBroken Hears once when some of it is no UTF-8: there `�` stands.
 * @throws {Failure} When a line does not end.
 */
export async function* inputLines(
  onBroken: () => void = () => {},
): AsyncGenerator<string, void, void> {
  try {
    for await (const line of linesOf(decoded(Deno.stdin.readable, onBroken), LINE_CHARS_MAX)) {
      yield line.endsWith("\r") ? line.slice(0, -1) : line;
    }
  } catch (cause) {
    if (!(cause instanceof LineTooLongError)) throw cause;
    const msg =
      "A line of the input has more than a million characters: it and what follows are not read.";
    throw new Failure(msg, EXIT.failed, { cause });
  }
}

/** All of standard input as text. @throws {Failure} When it is more than anybody sends, or no UTF-8. */
export async function inputText(): Promise<string> {
  const pieces: string[] = [];
  let chars = 0;
  const refuse = (why: string): never => {
    throw new Failure(`The input ${why}: nothing was sent.`);
  };
  for await (const text of decoded(Deno.stdin.readable, () => refuse("is no text in UTF-8"))) {
    pieces.push(text);
    chars += text.length;
    if (chars > LINE_CHARS_MAX) refuse("has more than a million characters");
  }
  return pieces.join("");
}

async function* decoded(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBroken: () => void,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  // It is asked only until it fails once: what a decoder replaces it does not tell.
  let strict: TextDecoder | undefined = new TextDecoder("utf-8", { fatal: true });
  const check = (piece?: Uint8Array<ArrayBuffer>): void => {
    try {
      if (piece === undefined) strict?.decode();
      else strict?.decode(piece, { stream: true });
    } catch {
      strict = undefined;
      onBroken();
    }
  };
  for await (const piece of bytes) {
    check(piece);
    yield decoder.decode(piece, { stream: true });
  }
  check();
  yield decoder.decode();
}

/** Whether a person sits at both ends of the program. */
export function isTerminal(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
}

/** Whether that person's terminal can show a full screen. */
export function hasScreen(): boolean {
  return isTerminal() && Deno.env.get("TERM") !== "dumb";
}
