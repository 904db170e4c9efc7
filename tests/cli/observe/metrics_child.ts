/**
 * A metrics port in a process that may open only some files: it takes all but three of them, says where it
 * listens, and ends with its input.
 *
 * @module
 */

import { openMetricsPort } from "../../../cli/observe/prometheus.ts";
import { endSignal } from "../../../cli/signals.ts";

const port = openMetricsPort({ host: "127.0.0.1", port: 0 });
// As in the program: what hears signals has its own files.
using interrupted = endSignal();
const input = Deno.stdin.readable.getReader();
const ended = input.read();
const taken: Deno.FsFile[] = [];
try {
  while (!interrupted.signal.aborted) taken.push(Deno.openSync("/dev/null"));
} catch {
  for (const file of taken.splice(0, 3)) file.close();
}
await Deno.stdout.write(new TextEncoder().encode(`${port.where}\n`));
await ended;
for (const file of taken) file.close();
await port[Symbol.asyncDispose]();
