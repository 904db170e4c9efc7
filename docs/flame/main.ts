/**
 * `deno task flame FILE [--title TEXT] [--from FUNCTION] > x.svg`: a profile as a flame graph. What a function does is drawn once
 * with `--from`, wherever it was called from.
 *
 *   chat serve --profile run.cpuprofile                 (or SIGUSR2 to a server that runs)
 *   deno task flame run.cpuprofile > run.svg
 *
 *   perf record -g -p PID -- sleep 10; perf script > perf.txt
 *   deno task flame perf.txt > perf.svg
 *
 * @module
 */

import { parseArgs } from "node:util";
import { beginningAt } from "./calls.ts";
import { callsOfProfile } from "./cpu_profile.ts";
import { flameGraph } from "./graph.ts";
import { callsOfPerf } from "./perf_script.ts";

const help = "Usage: deno task flame FILE.cpuprofile [--title TEXT] [--from FUNCTION] > x.svg";

/** How a picture is drawn. */
export interface DrawOptions {
  readonly title: string;
  /** The function whose calls begin at the bottom, wherever they were called from. */
  readonly from?: string | undefined;
}

/** A profile's text as a picture. @throws {TypeError} When it is no profile. */
export function draw(text: string, { title, from }: DrawOptions): string {
  const calls = text.trimStart().startsWith("{") ? callsOfProfile(text) : callsOfPerf(text);
  return flameGraph(from === undefined ? calls : beginningAt(calls, from), { title });
}

/** Larger files than that are not read, in bytes: a profile of a million looks has a tenth of it. */
const FILE_BYTES_MAX = 128 << 20;

/** Reads a file, whatever it is. @throws {TypeError} With a sentence, when that cannot be. */
function textOf(path: string): string {
  try {
    using file = Deno.openSync(path);
    const pieces: Uint8Array[] = [];
    const piece = new Uint8Array(1 << 20);
    let size = 0;
    for (let count = file.readSync(piece); count !== null; count = file.readSync(piece)) {
      size += count;
      if (size > FILE_BYTES_MAX) throw new TypeError(`It has more than ${FILE_BYTES_MAX} bytes.`);
      pieces.push(piece.slice(0, count));
    }
    const whole = new Uint8Array(size);
    let at = 0;
    for (const part of pieces) {
      whole.set(part, at);
      at += part.length;
    }
    return new TextDecoder().decode(whole);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new TypeError(whyUnread(path, error), { cause: error });
  }
}

function whyUnread(path: string, error: unknown): string {
  const { IsADirectory, NotADirectory, NotFound, PermissionDenied } = Deno.errors;
  if (error instanceof IsADirectory) return "It is a directory.";
  if (path === "" || error instanceof NotFound || error instanceof NotADirectory) {
    return "There is no such file.";
  }
  return error instanceof PermissionDenied ? "You may not read it." : "It cannot be read.";
}

function say(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
    rest = rest.subarray(to.writeSync(rest));
  }
}

/** Says what is wrong, in a line of no more than a terminal bears, whatever the name of a file holds. */
function complain(text: string): void {
  // deno-lint-ignore no-control-regex -- these are the characters that are looked for
  say(Deno.stderr, `${text.slice(0, 500).replace(/[\x00-\x1f\x7f-\x9f\u2028-\u202e]/g, "?")}\n`);
}

function main(args: string[]): number {
  let asked;
  try {
    const options = {
      title: { type: "string" },
      from: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    } as const;
    asked = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    complain(help);
    return 2;
  }
  const { values, positionals: [file, ...more] } = asked;
  if (values.help) {
    say(Deno.stdout, `${help}\n`);
    return 0;
  }
  if (file === undefined || more.length > 0) {
    complain(help);
    return 2;
  }
  let picture: string;
  try {
    const { title = file.replace(/^.*\//, ""), from } = values;
    picture = draw(textOf(file), { title, from });
  } catch (error) {
    complain(`${file.slice(0, 255)}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  try {
    say(Deno.stdout, picture);
    return 0;
  } catch (error) {
    const isFull = error instanceof Error && "code" in error && error.code === "ENOSPC";
    complain(`The picture cannot be written: ${isFull ? "the disk is full" : "nobody takes it"}.`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(main(Deno.args));
