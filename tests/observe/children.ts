/**
 * Processes that the observer's tests watch, and clients that talk to them.
 *
 * @module
 */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { End, Io, Observation, Observer } from "../../observe/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { within } from "../harness.ts";
import { linesOf } from "../lines.ts";

/** A file beside this one. */
export function beside(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

/** Where an echo process listens. */
interface Where {
  readonly pid: number;
  readonly tcp4: number;
  readonly tcp6: number;
  readonly unix: string;
  readonly udp: number;
}

/** A process that sends back what it gets. */
export class Echo implements AsyncDisposable {
  readonly where: Where;
  readonly #process: Deno.ChildProcess;
  readonly #folder: string;

  private constructor(where: Where, process: Deno.ChildProcess, folder: string) {
    this.where = where;
    this.#process = process;
    this.#folder = folder;
  }

  /** Starts one. @param program The runtime, by whatever name. */
  static async start(program: string = Deno.execPath()): Promise<Echo> {
    const folder = await Deno.makeTempDir();
    const process = new Deno.Command(program, {
      args: ["run", "--no-prompt", "--allow-all", beside("echo_child.ts"), folder],
      // Now and then the runtime asks the network for a newer version of itself, and that would be seen.
      env: { DENO_NO_UPDATE_CHECK: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    for await (const line of linesOf(process.stdout)) {
      return new Echo(JSON.parse(line), process, folder);
    }
    throw new Error("The echo process has said nothing");
  }

  get pid(): number {
    return this.where.pid;
  }

  /** Sends messages of so many bytes over a new connection and reads each back before the next. */
  async talk(over: "tcp4" | "tcp6" | "unix", sizes: readonly number[]): Promise<void> {
    using conn = over === "unix"
      ? await Deno.connect({ transport: "unix", path: this.where.unix })
      : await Deno.connect({
        hostname: over === "tcp4" ? "127.0.0.1" : "::1",
        port: this.where[over],
      });
    await exchange(conn, sizes);
  }

  /** The same as datagrams. */
  async talkUdp(sizes: readonly number[]): Promise<void> {
    const socket = createSocket("udp4");
    try {
      for (const size of sizes) {
        const answer = once(socket, "message");
        socket.send(new Uint8Array(size), this.where.udp, "127.0.0.1");
        const [bytes] = await within(answer, "The datagram's return");
        assertEquals(bytes.length, size);
      }
    } finally {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    }
  }

  /** Kills it, and waits for its end. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.close().catch(() => {});
    await within(this.#process.status, "The echo process' end");
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Sends each message and reads it back before the next. */
export async function exchange(conn: Deno.Conn, sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    const bytes = new Uint8Array(size).fill(size);
    for (let at = 0; at < size;) at += await conn.write(bytes.subarray(at));
    for (let left = size; left > 0;) {
      const count = await conn.read(bytes.subarray(0, left));
      assert(count !== null, "The echo goes on");
      left -= count;
    }
  }
}

/** Reads an observation to its end. */
export async function toTheEnd(
  seen: Observer,
): Promise<
  { readonly all: readonly Observation[]; readonly io: readonly Io[]; readonly end: End }
> {
  const all: Observation[] = [];
  await within(
    (async () => {
      for await (const group of seen.batches()) all.push(...group);
    })(),
    "The end of the observation",
  );
  const end = all.at(-1);
  assert(end?.kind === "end", "An observation ends with its end");
  return { all, io: all.filter((one) => one.kind === "io"), end };
}

/** Names of what the process with that number holds of BPF: `prog 12`, `link 3`, `map 4`. */
export async function bpfOf(pid: number): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(`/proc/${pid}/fdinfo`)) {
    const text = await Deno.readTextFile(`/proc/${pid}/fdinfo/${name}`).catch(() => "");
    for (const [, kind, id] of text.matchAll(/^(prog|link|map)_id:\t(\d+)$/gm)) {
      found.push(`${kind} ${id}`);
    }
  }
  return [...new Set(found)].sort();
}
