/**
 * A program that ends when it is asked to, and says what it hears: its clock is led by the lines of its standard input,
 * and closing that ends it.
 *
 * @module
 */

import { endSignal } from "../../cli/signals.ts";

const encoder = new TextEncoder();
const say = (text: string): number => Deno.stdout.writeSync(encoder.encode(`${text}\n`));

let time = 0;
using end = endSignal(() => time);
// Heard after the program has heard it, so that whoever waits for these lines knows that.
for (const name of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(name, () => say("heard"));
}
say("ready");
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  time = Number(chunk);
  say(`at ${time}`);
}
say(end.signal.aborted ? "asked, and closed" : "not asked");
