/**
 * A server in this process and clients that speak raw bytes to it.
 *
 * A raw client shares no code with the wire: what it sends and reads is bytes, cut by hand. Nothing here
 * sleeps. Whatever is waited for has a deadline, and "nothing arrives" is decided by a barrier: the
 * client asks something of its own and gets that answer first.
 *
 * @module
 */

import { serve, type ServeOptions, type Server, type ServerEvent } from "../server/mod.ts";
import type { ErrorCode, ServerMessage } from "../server/wire/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { testedTransport } from "./transport.ts";
import { within } from "./within.ts";

export { DEADLINE_MS, within } from "./within.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A frame around bytes or around a value as JSON. */
export function frame(body: Uint8Array | object): Uint8Array<ArrayBuffer> {
  const bytes = body instanceof Uint8Array ? body : encoder.encode(JSON.stringify(body));
  const whole = new Uint8Array(4 + bytes.length);
  new DataView(whole.buffer).setUint32(0, bytes.length);
  whole.set(bytes, 4);
  return whole;
}

/** Text as bytes. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

type Type = ServerMessage["type"];
type Of<T extends Type> = Extract<ServerMessage, { type: T }>;

/** A client that speaks bytes. */
export class RawClient implements AsyncDisposable {
  readonly #conn: Deno.TcpConn;
  #bytes = new Uint8Array(1 << 16);
  #start = 0;
  #end = 0;
  #closed: "eof" | "reset" | undefined;
  #wake = Promise.withResolvers<void>();
  #reading: Promise<void> | undefined;
  #speech: "frames" | "text" | undefined;
  #barriers = 0;
  /** The secret that its `Welcome` gave it. */
  session = "";

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    conn.setNoDelay(true);
  }

  /** Connects. A client that is not to read yet reads from `startReading` on. */
  static async connect(
    port: number,
    { reading = true }: { reading?: boolean } = {},
  ): Promise<RawClient> {
    const client = new RawClient(await Deno.connect({ hostname: "127.0.0.1", port }));
    if (reading) client.startReading();
    return client;
  }

  /** Where it comes from, as the server sees it. */
  get address(): string {
    const { hostname, port } = this.#conn.localAddr;
    return `${hostname}:${port}`;
  }

  /** Begins to take from the socket what comes. */
  startReading(): void {
    this.#reading ??= this.#read();
  }

  /** Sends bytes or text, whole. */
  async write(data: Uint8Array | string): Promise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    this.#speech ??= bytes[0] === 0 ? "frames" : "text";
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Sends values as frames, in one write. */
  send(...messages: readonly object[]): Promise<void> {
    return this.write(joined(...messages.map(frame)));
  }

  /** The next frame's body. */
  async body(): Promise<Uint8Array> {
    await this.#until(() => this.#end - this.#start >= 4, "a frame's length");
    const length = new DataView(this.#bytes.buffer).getUint32(this.#start);
    await this.#until(() => this.#end - this.#start >= 4 + length, `a frame of ${length} bytes`);
    return this.#take(4 + length).subarray(4);
  }

  /** The next frame's message. */
  async message(): Promise<ServerMessage> {
    return JSON.parse(decoder.decode(await this.body()));
  }

  /** The next message, which must be of that type. */
  async next<T extends Type>(type: T): Promise<Of<T>> {
    const message = await this.message();
    assertEquals(message.type, type, `Expected ${type}, got ${JSON.stringify(message)}`);
    return message as Of<T>;
  }

  /** Reads on to the next message of that type, past whatever comes before it. */
  async nextOf<T extends Type>(type: T): Promise<Of<T>> {
    for (;;) {
      const message = await this.message();
      if (message.type === type) return message as Of<T>;
    }
  }

  /** The next message, which must be an error of that code. */
  async nextError(code: ErrorCode): Promise<Of<"Error">> {
    const error = await this.next("Error");
    assertEquals(error.code, code, error.msg);
    assert(error.msg.length > 0, "An error has a sentence");
    return error;
  }

  /** The next bytes as they are. */
  async bytes(count: number): Promise<Uint8Array> {
    await this.#until(() => this.#end - this.#start >= count, `${count} bytes`);
    return this.#take(count);
  }

  /** The next line, without its line feed. */
  async line(): Promise<string> {
    const length = () => this.#bytes.subarray(this.#start, this.#end).indexOf(0x0a);
    await this.#until(() => length() >= 0, "a line");
    return decoder.decode(this.#take(length() + 1).subarray(0, -1));
  }

  /** Asserts that the next lines are these. */
  async expectLines(...lines: readonly string[]): Promise<void> {
    for (const line of lines) assertEquals(await this.line(), line);
  }

  /**
   * Asserts that nothing has arrived. Two round trips, since an answer may go ahead of what the room
   * says, but only if both wait for the same write.
   */
  async expectNothing(): Promise<void> {
    for (let trip = 0; trip < 2; trip++) {
      const id = `barrier-${++this.#barriers}`;
      if (this.#speech === "frames") {
        await this.send({ type: "Ping", id });
        assertEquals(await this.message(), { type: "Pong", re: id });
      } else {
        await this.write(`/${id}\n`);
        await this.expectLines(`[Server] Unknown command '/${id}'. Try /help.`);
      }
    }
  }

  /** Asserts that the server closes in an orderly way, without another byte. */
  async expectEnd(): Promise<void> {
    assertEquals(decoder.decode(await this.rest()), "", "Nothing more was expected");
    assertEquals(this.#closed, "eof");
  }

  /** Everything up to the end. */
  async rest(): Promise<Uint8Array> {
    await this.#until(() => this.#closed !== undefined, "the end", 0);
    return this.#take(this.#end - this.#start);
  }

  /** Says that nothing more comes from here. */
  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** Closes. Idempotent. */
  async close(): Promise<void> {
    try {
      this.#conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await this.#reading;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #until(there: () => boolean, what: string, bytes = 1): Promise<void> {
    while (!there()) {
      assert(bytes === 0 || this.#closed === undefined, `The connection ended before ${what}`);
      await within(this.#wake.promise, `Waiting for ${what}`);
    }
  }

  #take(count: number): Uint8Array {
    const bytes = this.#bytes.slice(this.#start, this.#start + count);
    this.#start += count;
    return bytes;
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        this.#makeRoom();
        const count = await this.#conn.read(this.#bytes.subarray(this.#end));
        if (count === null) break;
        this.#end += count;
        this.#notify();
      }
      this.#closed = "eof";
    } catch {
      this.#closed = "reset";
    }
    this.#notify();
  }

  /** Only between two reads: a read under way writes where it was told to. */
  #makeRoom(): void {
    if (this.#end < this.#bytes.length && this.#start < this.#end) return;
    const held = this.#bytes.subarray(this.#start, this.#end);
    const room = held.length * 2 > this.#bytes.length ? this.#bytes.length * 2 : 0;
    const bytes = room > 0 ? new Uint8Array(room) : this.#bytes;
    bytes.set(held);
    this.#bytes = bytes;
    this.#start = 0;
    this.#end = held.length;
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

/** A server under test: what it reports can be waited for, and clients come in by one call. */
export interface TestServer extends AsyncDisposable {
  readonly server: Server;
  readonly port: number;
  readonly events: readonly ServerEvent[];
  /** Waits until the server has reported something of the kind that satisfies `which`. */
  event<K extends ServerEvent["kind"]>(
    kind: K,
    which?: (event: Extract<ServerEvent, { kind: K }>) => boolean,
  ): Promise<Extract<ServerEvent, { kind: K }>>;
  /** A fresh connection that has said nothing. */
  connect(options?: { reading?: boolean }): Promise<RawClient>;
  /** A client that speaks frames, logged in; its `Welcome` is read. With the secret of a session it goes on with that. */
  frames(name: string, session?: string): Promise<RawClient>;
  /** A client that speaks text, logged in. */
  text(name: string): Promise<RawClient>;
}

/** Starts a server on a free port. Its shutdown waits only briefly for clients that hold on. */
export function startServer(options: ServeOptions = {}): TestServer {
  const events: ServerEvent[] = [];
  let wake = Promise.withResolvers<void>();
  const server = serve({
    transport: testedTransport(),
    ...options,
    limits: { drainMsMax: 500, ...options.limits },
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
      wake.resolve();
      wake = Promise.withResolvers<void>();
    },
  });
  const { port } = server;
  const connect = (how?: { reading?: boolean }) => RawClient.connect(port, how);
  return {
    server,
    port,
    events,
    connect,
    async event(kind, which = () => true) {
      type Wanted = Extract<ServerEvent, { kind: typeof kind }>;
      const found = () => events.find((one) => one.kind === kind && which(one as Wanted));
      while (found() === undefined) await within(wake.promise, `The server's event '${kind}'`);
      return found() as Wanted;
    },
    async frames(name, session) {
      const client = await connect();
      await client.send({ type: "Login", username: name, session });
      client.session = (await client.next("Welcome")).session ?? "";
      return client;
    },
    async text(name) {
      const client = await connect();
      await client.write(`${name}\n`);
      await client.expectNothing();
      return client;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      const failed = events.find((event) => event.kind === "failed");
      assert(failed === undefined, `The server reported a defect: ${Deno.inspect(failed)}`);
    },
  };
}

/** A member's part of the conversation, ready to be compared: without the time. */
export function withoutAt<M extends { at: number }>({ at, ...rest }: M): Omit<M, "at"> {
  assert(Math.abs(Date.now() - at) < 60_000, `'at' is now, in ms: ${at}`);
  return rest;
}
