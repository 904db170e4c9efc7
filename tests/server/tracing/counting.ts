/**
 * A client that counts what it sends and what comes, byte for byte, and knows of each message where it lay: the truth that a server's
 * marks are held against.
 *
 * @module
 */

import type { ByteSpan, TraceReport } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { frame, type TestServer, utf8, within } from "../../harness.ts";
import { ask, comesIn } from "../conformance/asking.ts";
import type { RawClient } from "../../harness.ts";

const decoder = new TextDecoder();

/** The token of the servers in these tests. */
export const operatorToken: string = "operator".repeat(5);

/** A message that came, and where. */
interface Came {
  readonly text: string;
  readonly span: ByteSpan;
}

/** Such a client, in either way of speaking. */
export class CountingClient implements AsyncDisposable {
  readonly #conn: Deno.Conn;
  readonly #speech: "frames" | "lines";
  /** Bytes that were sent. */
  sent = 0;
  #bytes = new Uint8Array(1 << 16);
  #end = 0;
  /** How far what came was cut. */
  #cut = 0;
  /** What came, whole. */
  readonly came: Came[] = [];
  #wake = Promise.withResolvers<void>();
  readonly #reading: Promise<void>;

  constructor(conn: Deno.Conn, speech: "frames" | "lines") {
    this.#conn = conn;
    this.#speech = speech;
    this.#reading = this.#read();
  }

  /** Bytes that came. */
  get received(): number {
    return this.#end;
  }

  /** Comes in over a socket of its own. */
  static async join(
    { port }: { readonly port: number },
    name: string,
    speech: "frames" | "lines" = "frames",
  ): Promise<CountingClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    return await CountingClient.over(conn, name, speech);
  }

  /** Comes in over a connection. */
  static async over(
    conn: Deno.Conn,
    name: string,
    speech: "frames" | "lines" = "frames",
  ): Promise<CountingClient> {
    const client = new CountingClient(conn, speech);
    if (speech === "frames") {
      await client.send(frame({ type: "Login", username: name }));
      await client.finds('"type":"Welcome"');
    } else {
      await client.send(utf8(`${name}\n/users-are-asked\n`));
      await client.finds("Unknown command");
    }
    return client;
  }

  /** Sends bytes. @returns Where each of them lies in all that was sent. */
  async send(...parts: readonly Uint8Array[]): Promise<ByteSpan[]> {
    const spans = parts.map(({ length }) => {
      const from = this.sent;
      this.sent += length;
      return { from, to: this.sent };
    });
    const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    for (let done = 0; done < all.length;) done += await this.#conn.write(all.subarray(done));
    return spans;
  }

  /** Where the message lies that has these words in it. */
  async finds(words: string): Promise<ByteSpan> {
    for (let looked = 0;;) {
      for (; looked < this.came.length; looked++) {
        const one = this.came[looked];
        if (one?.text.includes(words)) return one.span;
      }
      await within(this.#wake.promise, words);
    }
  }

  async #read(): Promise<void> {
    for (;;) {
      if (this.#end === this.#bytes.length) {
        const more = new Uint8Array(2 * this.#end);
        more.set(this.#bytes);
        this.#bytes = more;
      }
      const count = await this.#conn.read(this.#bytes.subarray(this.#end)).catch(() => null);
      if (count === null) return;
      this.#end += count;
      while (this.#cutOne());
      this.#wake.resolve();
      this.#wake = Promise.withResolvers<void>();
    }
  }

  #cutOne(): boolean {
    const from = this.#cut;
    const to = from + (this.#speech === "frames" ? this.#frameBytes() : this.#lineBytes());
    if (to === from || to > this.#end) return false;
    this.#cut = to;
    this.came.push({ text: decoder.decode(this.#bytes.subarray(from, to)), span: { from, to } });
    return true;
  }

  #frameBytes(): number {
    if (this.#end - this.#cut < 4) return 0;
    return 4 + new DataView(this.#bytes.buffer).getUint32(this.#cut);
  }

  #lineBytes(): number {
    return this.#bytes.subarray(this.#cut, this.#end).indexOf(0x0a) + 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#conn.close();
    await this.#reading;
  }
}

/** An operator for whose sake messages are marked. */
export async function marking(
  server: TestServer,
  room?: string,
  username = "Op",
): Promise<RawClient> {
  const op = await comesIn(server, { username, operator: operatorToken });
  const answer = await ask(op, {
    type: "Trace",
    on: true,
    ...(room === undefined ? {} : { room }),
  });
  assertEquals([answer["type"], answer["on"]], ["Tracing", true]);
  return op;
}

/** The way of a message, asked until everybody has it. */
export async function wayOf(op: RawClient, which: object): Promise<TraceReport> {
  for (;;) {
    const answer = await ask(op, { type: "Trace", ...which });
    assertEquals(answer["type"], "TraceReport", JSON.stringify(answer));
    const report = answer as unknown as TraceReport;
    if (report.receivers.every(({ done }) => done)) return report;
  }
}

/** The steps of a message in their order, each at least as late as the one before. */
export function inOrder(report: TraceReport): void {
  const { read, accepted, given, durable, published, receivers, clock } = report;
  const writes = receivers.map(({ writes }) => writes.map(({ at }) => at));
  const steps = [read, accepted, given, durable, published];
  assert(steps.every((one) => one !== undefined), JSON.stringify(report));
  for (const way of writes) {
    const all = [...steps, ...way, clock.ns] as number[];
    assertEquals(all, all.toSorted((a, b) => a - b), JSON.stringify(report));
  }
}

/** Where a receiver's message lies is where it was counted, and its calls took all of it, one behind the other. */
export function liesThere(
  report: TraceReport,
  user: string,
  span: ByteSpan,
): void {
  const receiver = report.receivers.find((one) => one.user === user);
  assert(receiver !== undefined, `${user} is followed`);
  assertEquals([receiver.stream, receiver.done, receiver.why], [span, true, undefined], user);
  const log = receiver.speech === "text" ? report.lines : report.log;
  assert(log !== undefined && log.to - log.from === span.to - span.from);
  let [at, part] = [span.from, log.from];
  for (const { stream, log: took } of receiver.writes) {
    assert(stream !== undefined && took !== undefined);
    assert(stream.from <= at && stream.to > at, "a call that took the next of its bytes");
    assertEquals(took, { from: part, to: part + Math.min(stream.to, span.to) - at });
    at = Math.min(stream.to, span.to);
    part = took.to;
  }
  assertEquals([at, part], [span.to, log.to], "all of it was taken");
}
