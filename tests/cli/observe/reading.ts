/**
 * Lines that a test tells when it wants to, and one who reads an observer's socket.
 *
 * @module
 */

import { type Observation, recordingHeader, recordingLine } from "../../../observe/mod.ts";
import { within } from "../../harness.ts";

/** Lines of a recording that is still going on. */
export class Lines implements AsyncIterable<string> {
  readonly #lines: string[] = [recordingHeader()];
  #more = Promise.withResolvers<void>();
  #isOver = false;

  tell(...observations: readonly Observation[]): void {
    this.#lines.push(...observations.map(recordingLine));
    this.#more.resolve();
  }

  end(): void {
    this.#isOver = true;
    this.#more.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) yield line;
      else if (this.#isOver) return;
      else {
        this.#more = Promise.withResolvers();
        await this.#more.promise;
      }
    }
  }
}

/** A raw reader: it takes from the socket when it is asked for a line, and only then. */
export class SocketReader implements Disposable {
  readonly connection: Deno.UnixConn;
  readonly #decoder = new TextDecoder();
  readonly #buffer = new Uint8Array(65_536);
  #text = "";

  private constructor(connection: Deno.UnixConn) {
    this.connection = connection;
  }

  static async connect(path: string): Promise<SocketReader> {
    return new SocketReader(await Deno.connect({ transport: "unix", path }));
  }

  /** The next line as what it says; `undefined` at the end. */
  // deno-lint-ignore no-explicit-any
  async next(): Promise<any> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return JSON.parse(line);
      }
      const count = await within(this.connection.read(this.#buffer), "a line of the socket");
      if (count === null) return undefined;
      this.#text += this.#decoder.decode(this.#buffer.subarray(0, count), { stream: true });
    }
  }

  /** All that still comes, up to the end of the observation or of the connection. */
  // deno-lint-ignore no-explicit-any
  async rest(): Promise<any[]> {
    const all = [];
    for (let next = await this.next(); next !== undefined; next = await this.next()) {
      all.push(next);
      if (next.kind === "end") break;
    }
    return all;
  }

  [Symbol.dispose](): void {
    try {
      this.connection.close();
    } catch {
      // The test has closed it.
    }
  }
}
