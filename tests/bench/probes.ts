/**
 * What the program takes by itself, without a load: until it listens, until it has told its options, and until a client has a
 * page of history that is on the disk and nowhere else.
 *
 * The store of the last is filled once for all rounds, with messages of a hundred rooms that lie in turn, so that those of one
 * page lie far apart; before each round the system is made to forget it.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { FRAME_BYTES_DEFAULT, frameOf, Splitter } from "../../server/wire/mod.ts";
import type { Programs } from "./compile.ts";
import { filled } from "./durable_fill.ts";
import { forgetPages } from "./forget.ts";
import { median, type ProbeName } from "./results.ts";
import { servers, type ServerSpec, startServer } from "./servers.ts";

const repeats = 3;

/** In the store whose pages are asked for. */
const storeMessages = 400_000;
const storeRooms = 100;
/** Of which so many are read, since who reads must be in them. */
const readRooms = 16;
const pageMessages = 50;
const pagesPerRound = 200;

/** A figure in milliseconds, or why there is none. */
export type Probed = { readonly ms: number } | { readonly reason: string };

/** Measures one of them. */
export class Probes {
  readonly #programs: Programs;
  readonly #signal: AbortSignal;
  #store: string | undefined;

  constructor(programs: Programs, signal: AbortSignal) {
    this.#programs = programs;
    this.#signal = signal;
  }

  /** The middle of a few, and for pages the 99th percentile of many. */
  async measure(probe: ProbeName): Promise<Probed> {
    switch (probe) {
      case "start":
        return { ms: await middle(() => this.#start()) };
      case "help":
        return { ms: await middle(() => this.#help()) };
      case "page":
        return await this.#pages();
    }
  }

  /** Until the server has said that it listens; it is durable, as it is unless somebody says otherwise. */
  async #start(): Promise<number> {
    const begun = performance.now();
    await using _server = await startServer(spec("chat-durable"), this.#programs, this.#signal);
    return performance.now() - begun;
  }

  async #help(): Promise<number> {
    const begun = performance.now();
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [...manifest.tasks.chat.split(" ").slice(1), "--help"],
      cwd: new URL("../../", import.meta.url),
      stdout: "null",
      stderr: "null",
      signal: this.#signal,
    }).output();
    if (!success) throw new Error("`chat --help` failed");
    return performance.now() - begun;
  }

  async #pages(): Promise<Probed> {
    if (this.#store === undefined) {
      const directory = `${this.#programs.scratch}/pages`;
      await filled(directory, storeMessages, this.#signal);
      this.#store = directory;
    }
    const directory = this.#store;
    const { command, ...rest } = spec("chat-durable");
    await using server = await startServer(
      {
        ...rest,
        command: async (programs, port) => {
          const { command: program, args } = await command(programs, port);
          return {
            command: program,
            args: [...args.slice(0, args.indexOf("--data")), "--data", directory],
          };
        },
      },
      this.#programs,
      this.#signal,
    );
    await using reader = await Reader.open(server.port);
    for (let n = 0; n < readRooms; n++) await reader.join(`room${n}`);
    if (!await forgetPages(directory)) return { reason: "the system cannot be made to forget" };
    const times: number[] = [];
    for (let n = 0; n < pagesPerRound; n++) {
      // Far apart from each other: neither in the same room nor at the same place of it.
      const room = `room${n % readRooms}`;
      const last = storeMessages / storeRooms;
      const before = pageMessages + 1 + (n * 7919) % (last - pageMessages);
      times.push(await reader.page(room, before));
    }
    return { ms: times.toSorted((a, b) => a - b)[Math.floor(0.99 * times.length)] ?? NaN };
  }
}

function spec(name: string): ServerSpec {
  const found = servers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no server "${name}"`);
  return found;
}

async function middle(once: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < repeats; n++) times.push(await once());
  return median(times);
}

/** A client that asks for one page after the other. */
class Reader implements AsyncDisposable {
  readonly #conn: Deno.TcpConn;
  readonly #splitter = new Splitter(FRAME_BYTES_DEFAULT);
  readonly #buffer = new Uint8Array(64 << 10);
  readonly #decoder = new TextDecoder();

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static async open(port: number): Promise<Reader> {
    const reader = new Reader(await Deno.connect({ hostname: "127.0.0.1", port }));
    await reader.#ask({ type: "Login", username: "reader" }, '"Welcome"');
    return reader;
  }

  async join(room: string): Promise<void> {
    await this.#ask({ type: "Join", room, id: "join" }, '"Ack"');
  }

  /** How many milliseconds a full page of a room takes. */
  async page(room: string, before: number): Promise<number> {
    const begun = performance.now();
    const text = await this.#ask(
      { type: "History", room, before, limit: pageMessages },
      '"HistoryPage"',
    );
    const took = performance.now() - begun;
    const { messages } = JSON.parse(text) as { messages: readonly unknown[] };
    if (messages.length === pageMessages) return took;
    throw new Error(`A page of ${room} has ${messages.length} messages of ${pageMessages}`);
  }

  /** Says something, and gives the answer of a type. */
  async #ask(frame: Readonly<Record<string, unknown>>, type: string): Promise<string> {
    let rest = frameOf(JSON.stringify(frame));
    while (rest.length > 0) rest = rest.subarray(await this.#conn.write(rest));
    for (;;) {
      for (
        let split = this.#splitter.next();
        split.kind === "frame";
        split = this.#splitter.next()
      ) {
        const text = this.#decoder.decode(split.body);
        if (text.includes(`"type":${type}`)) return text;
        if (text.includes('"type":"Error"')) throw new Error(`The server says ${text}`);
      }
      const count = await this.#conn.read(this.#buffer);
      if (count === null) throw new Error("The server closed the connection");
      this.#splitter.feed(this.#buffer.subarray(0, count));
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#conn.close();
    return Promise.resolve();
  }
}
