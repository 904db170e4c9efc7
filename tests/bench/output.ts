/**
 * Where the benchmarks print: results to stdout, progress and complaints to stderr.
 *
 * Synchronous on purpose: lines keep their order between the two, and nothing is lost when the
 * process ends. It does not format; see table.ts.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Writes a result to stdout. */
export function print(text: string): void {
  writeAll(Deno.stdout, text + "\n");
}

/** Writes progress or a complaint to stderr, so that `--json` on stdout stays clean. */
export function note(text: string): void {
  writeAll(Deno.stderr, text + "\n");
}

function writeAll(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = encoder.encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(to.writeSync(rest));
  } catch (error) {
    // Whoever read it has left, as `| head` does, and wants no more.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    Deno.exit(0);
  }
}
