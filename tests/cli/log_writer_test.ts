/**
 * A log that waits for nobody, with a reader who takes what and when the test says.
 *
 * @module
 */

import { LogWriter } from "../../cli/log_writer.ts";
import { assert, assertEquals } from "../assert.ts";

/** A reader that takes so many bytes of each write when it is asked to read on. */
class Reader {
  text = "";
  #waiting: (() => void)[] = [];

  readonly sink = (bytes: Uint8Array): Promise<number> =>
    new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        if (this.gone) return reject(new Deno.errors.BrokenPipe("gone"));
        const taken = bytes.subarray(0, Math.min(bytes.length, this.takes));
        this.text += new TextDecoder().decode(taken);
        resolve(taken.length);
      });
    });

  gone = false;

  readonly takes: number;

  constructor(takes: number = Infinity) {
    this.takes = takes;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Reads until nothing is offered any more. */
  async readAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next();
      for (let tick = 0; tick < 5; tick++) await Promise.resolve();
    }
  }
}

const noRest = () => Promise.resolve();
const lossLine = (lines: number) => `(${lines} lost)\n`;

Deno.test("lines come whole and in order, however little is taken at once", async () => {
  const reader = new Reader(3);
  const log = new LogWriter(reader.sink, lossLine, 1_000, noRest);
  for (const line of ["one\n", "two, which is longer\n", "three\n"]) log.write(line);
  assertEquals(reader.waiting, 1);
  const written = log.written();
  await reader.readAll();
  await written;
  assertEquals(reader.text, "one\ntwo, which is longer\nthree\n");
});

Deno.test("a reader who stands still costs a bounded number of bytes, and hears what it missed", async () => {
  const reader = new Reader();
  const log = new LogWriter(reader.sink, lossLine, 100, noRest);
  for (let n = 10; n < 60; n++) log.write(`line ${n}\n`);
  await reader.readAll();
  assertEquals(reader.text.split("\n").length - 1, 12);
  log.write("again\n");
  await reader.readAll();
  assert(reader.text.endsWith("line 21\n(38 lost)\nagain\n"), reader.text);
});

Deno.test("what was lost last is told at the end", async () => {
  const reader = new Reader();
  const log = new LogWriter(reader.sink, lossLine, 10, noRest);
  log.write("12345678\n");
  log.write("lost\n");
  const written = log.written();
  await reader.readAll();
  await written;
  assertEquals(reader.text, "12345678\n(1 lost)\n");
});

Deno.test("a reader who has gone ends the log, and nothing else", async () => {
  const reader = new Reader();
  reader.gone = true;
  const log = new LogWriter(reader.sink, lossLine, 1_000, noRest);
  log.write("one\n");
  log.write("two\n");
  await reader.readAll();
  log.write("three\n");
  await log.written();
  assertEquals([reader.waiting, reader.text], [0, ""]);
});

Deno.test("lines that come while one is written go out as one write", async () => {
  const reader = new Reader();
  const writes: number[] = [];
  const log = new LogWriter(
    (bytes) => {
      writes.push(bytes.length);
      return reader.sink(bytes);
    },
    lossLine,
    1_000,
    noRest,
  );
  for (let n = 10; n < 60; n++) log.write(`line ${n}\n`);
  await reader.readAll();
  assertEquals(writes, [8, 49 * 8]);
  assertEquals(reader.text.split("\n").length - 1, 50);
});
