/**
 * `chat db import`: fills a store from a dump, on standard input or in a file.
 *
 * The first line is read before anything is opened: what is no dump leaves no store behind.
 *
 * @module
 */

import { openStore } from "../../db/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { keepOnly } from "../privileges.ts";
import { refuseForeign } from "../store_owner.ts";
import { print, printError } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { Conflict, type Imported, Importer } from "./importer.ts";
import { decodeLine } from "./line_reader.ts";
import type { DumpLine } from "./lines.ts";
import { progressBar } from "./progress.ts";
import { explained, troubleText } from "./refusal.ts";
import { showCount } from "./text.ts";
import { textLines } from "./text_lines.ts";

/** How to import. */
export interface ImportFlags {
  readonly from?: string | undefined;
  readonly yes: boolean;
  readonly asIs: boolean;
  readonly json: boolean;
}

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

/** A line, and where it stands. */
interface Numbered {
  readonly line: DumpLine;
  readonly number: number;
}

/** What came of it. */
interface Outcome {
  readonly counts: Imported;
  /** Whether the dump ended as it should, or never promised to. */
  readonly whole: boolean;
}

/** Imports a dump. @throws {Failure} When it is no dump, does not fit, or is not whole. */
export async function importDump(directory: string, flags: ImportFlags): Promise<void> {
  await refuseForeign(directory);
  keepOnly("read", "write");
  const { counts, whole } = await importFrom(directory, flags);
  print(flags.json ? `${JSON.stringify({ ...counts, whole })}\n` : importText(counts, directory));
  if (counts.missing > 0) throw new Failure(missingText(counts));
  if (!whole) throw new Failure("The dump is not whole: its last line is missing.");
}

async function importFrom(directory: string, flags: ImportFlags): Promise<Outcome> {
  const { readable, size } = await explained(
    flags.from ?? "standard input",
    () => open(flags.from),
  );
  // How much comes from standard input is not known.
  using progress = size === undefined ? undefined : progressBar("Importing");
  const bytes = counted(readable, (done) => progress?.update(done, size ?? 0));
  const lines = numbered(textLines(bytes));
  const first = (await lines.next()).value;
  if (first === undefined) throw new Failure("There is nothing to import: the input is empty.");
  return await explained(directory, () => fill(directory, first, lines, flags));
}

/** Puts all lines into the store. */
async function fill(
  directory: string,
  first: Numbered,
  rest: AsyncIterable<Numbered>,
  { yes, asIs }: ImportFlags,
): Promise<Outcome> {
  await using store = await openStore(directory, { onTrouble: tell });
  const importer = new Importer(store, { replace: yes, asIs });
  const take = async ({ line, number }: Numbered): Promise<void> => {
    try {
      await importer.take(line);
      if (line.kind === "end" && line.lines !== number) {
        throw new Conflict(`the dump has ${line.lines} lines`);
      }
    } catch (error) {
      if (error instanceof Conflict || error instanceof RangeError) {
        throw new Failure(`Cannot import line ${number}: ${error.message}.`);
      }
      throw error;
    }
  };
  await take(first);
  let last = first;
  for await (const next of rest) await take(last = next);
  await importer.settle();
  const whole = first.line.kind !== "dump" || last.line.kind === "end";
  return { counts: importer.counts, whole };
}

/** @throws {Failure} When it is no line of a dump. */
function decoded(text: string, number: number): DumpLine {
  try {
    return decodeLine(text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Failure(`Cannot import line ${number}: ${error.message}.`);
  }
}

async function* numbered(lines: AsyncIterable<string>): AsyncGenerator<Numbered, undefined> {
  let number = 0;
  try {
    for await (const text of lines) {
      number++;
      if (text.trim() !== "") yield { line: decoded(text, number), number };
    }
  } catch (error) {
    // The decoder of UTF-8 throws it.
    if (!(error instanceof TypeError)) throw error;
    // Pieces are decoded whole, so it may be any line behind the last one that was read.
    const what = number === 0 ? "the input" : `what comes after line ${number}`;
    throw new Failure(`Cannot import ${what}: ${error.message}.`);
  }
}

/** The dump's bytes, and how many there are if that is known. */
async function open(file: string | undefined): Promise<{ readable: Bytes; size?: number }> {
  if (file !== undefined) {
    const opened = await Deno.open(file);
    const { size, isDirectory } = await opened.stat();
    if (!isDirectory) return { readable: opened.readable, size };
    opened.close();
    throw new Failure(`Cannot use ${file}: it is a directory.`);
  }
  if (Deno.stdin.isTerminal()) {
    throw new Failure(
      "There is nothing to import: pipe a dump in, or name one with --from.",
      EXIT.usage,
    );
  }
  return { readable: Deno.stdin.readable };
}

/** Tells how many bytes have passed. */
function counted(bytes: Bytes, onBytes: (done: number) => void): Bytes {
  let done = 0;
  return bytes.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        onBytes(done += chunk.length);
        controller.enqueue(chunk);
      },
    }),
  );
}

function importText(
  { messages, keys, passed, kept, away, lost }: Imported,
  directory: string,
): string {
  const parts = [
    `Imported ${showCount(messages, "message")} and ${showCount(keys, "key")} into ${
      safeText(directory)
    }.\n`,
    passed > 0 ? `Passed over ${passed} that were there already.\n` : "",
    kept > 0 ? `${showCount(kept, "key")} kept another value; --yes replaces such.\n` : "",
    away > 0
      ? `${showCount(away, "key")} ${
        away === 1 ? "was" : "were"
      } taken away here and stayed away; --yes brings such back.\n`
      : "",
    lost > 0 ? `${showCount(lost, "record")} were lost before the dump was made.\n` : "",
  ];
  return parts.join("");
}

function missingText({ missing, missingAt }: Imported): string {
  const places = missingAt.map(({ stream, from, to }) =>
    from === to ? `'${stream}' ${from}` : `'${stream}' ${from} to ${to}`
  );
  const named = missingAt.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const more = named < missing ? ` and ${missing - named} more` : "";
  return `${showCount(missing, "message")} of the dump ` +
    `${
      missing === 1 ? "is" : "are"
    } not in the store and cannot come back into it, being deleted or lost here: ` +
    `${places.join(", ")}${more}. A number that is gone stays gone: import this dump into ` +
    `a new directory, and then a dump of the store there, and both are together.`;
}

/** What fails without rejecting a write makes the next opening slower, no more. */
function tell(error: unknown): void {
  printError(`${troubleText(error)}\n`);
}
