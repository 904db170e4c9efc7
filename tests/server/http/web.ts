/**
 * A browser's side of the second door, by hand: HTTP requests as bytes, and a WebSocket that may also break rules.
 *
 * @module
 */

import type { ErrorCode, ServerMessage } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { joined, startServer, type TestServer, utf8, within } from "../../harness.ts";
import type { ServeOptions } from "../../../server/mod.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });
/** The key of RFC 6455's own example, and the answer that it must get. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/** A server with both doors; `web` is the port of the second. */
export function startWeb(options: ServeOptions = {}): TestServer & { readonly web: number } {
  const server = startServer({ http: {}, ...options });
  const web = server.server.http?.port;
  assert(web !== undefined, "HTTP is served");
  return Object.assign(server, { web });
}

/** Gets a path; gives the status and the body. */
export async function get(web: number, path: string): Promise<{ status: number; body: string }> {
  const answer = await fetch(`http://127.0.0.1:${web}${path}`);
  return { status: answer.status, body: await answer.text() };
}

/** The metrics by their names with labels. */
export async function metrics(web: number): Promise<Record<string, number>> {
  const { body } = await get(web, "/metrics");
  const lines = body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice(0, at), Number(line.slice(at + 1))];
  }));
}

/** Sends bytes over a connection of its own, gives all that comes back until the end. */
export async function exchange(port: number, request: string | Uint8Array): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = typeof request === "string" ? utf8(request) : request;
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
  // Reading to the end closes it.
  return await within(new Response(conn.readable).text(), "The end of the answer");
}

/** Headers that a request to open a WebSocket has, or has instead. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** A request to open a WebSocket; a header that is `undefined` is left out. */
export function opening(web: number, headers: Headers = {}, path = "/ws"): string {
  const all = {
    Host: `127.0.0.1:${web}`,
    Upgrade: "websocket",
    Connection: "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`]
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** A masked frame of a client. */
export function clientFrame(
  payload: string | Uint8Array,
  { op = 1, fin = true, mask = [1, 2, 3, 4] }: { op?: number; fin?: boolean; mask?: number[] } = {},
): Uint8Array<ArrayBuffer> {
  const body = typeof payload === "string" ? utf8(payload) : payload;
  const { length } = body;
  const size = length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
  const head = new Uint8Array(size);
  const view = new DataView(head.buffer);
  view.setUint8(0, (fin ? 0x80 : 0) | op);
  view.setUint8(1, 0x80 | (size === 2 ? length : size === 4 ? 126 : 127));
  if (size === 4) view.setUint16(2, length);
  if (size === 10) view.setBigUint64(2, BigInt(length));
  return joined(head, new Uint8Array(mask), body.map((byte, at) => byte ^ (mask[at & 3] ?? 0)));
}

/** What came over a WebSocket. */
export interface Came {
  readonly op: number;
  readonly payload: Uint8Array;
}

/** A WebSocket by hand. */
export class WebClient implements AsyncDisposable {
  readonly #conn: Deno.TcpConn;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #head: () => string = () => "";

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Opens one. `more` is sent in the same write. */
  static open(web: number, headers: Headers = {}, ...more: object[]): Promise<WebClient> {
    const frames = more.map((message) => clientFrame(JSON.stringify(message)));
    return WebClient.#open(web, opening(web, headers), ...frames);
  }

  static async #open(web: number, request: string, ...frames: Uint8Array[]): Promise<WebClient> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: web });
    const client = new WebClient(conn);
    await client.write(joined(utf8(request), ...frames));
    let head = "";
    client.#head = () => head;
    while (!head.endsWith("\r\n\r\n")) {
      head += decoder.decode(await client.#take(1));
    }
    assertEquals(head.split("\r\n")[0], "HTTP/1.1 101 Switching Protocols");
    assert(head.includes(`\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n`), head);
    return client;
  }

  /** Opens one of bytes: a second connection, or whatever is spoken at the port. */
  static openBytes(web: number): Promise<WebClient> {
    return WebClient.#open(web, opening(web, {}, "/ws?bytes"));
  }

  /** Opens one at a path of its own. */
  static openAt(web: number, path: string, headers: Headers): Promise<WebClient> {
    return WebClient.#open(web, opening(web, headers, path));
  }

  /** Opens one and logs in; the welcome is read. */
  static async join(web: number, username: string): Promise<WebClient> {
    const client = await WebClient.open(web);
    await client.send({ type: "Login", username });
    assertEquals((await client.message()).type, "Welcome");
    return client;
  }

  /** The cookie that it was given, as `name=value`; empty for none. */
  get cookie(): string {
    return /^set-cookie: ([^;\r]*)/im.exec(this.#head())?.[1] ?? "";
  }

  /** Where it comes from. */
  get address(): string {
    const { hostname, port } = this.#conn.localAddr;
    return `${hostname}:${port}`;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Sends values, a message each. */
  send(...messages: readonly object[]): Promise<void> {
    return this.write(joined(...messages.map((message) => clientFrame(JSON.stringify(message)))));
  }

  /** The next frame. */
  async frame(): Promise<Came> {
    const [first = 0, second = 0] = await this.#take(2);
    assert(second < 0x80, "A server does not mask");
    const extra = second === 126 ? 2 : second === 127 ? 8 : 0;
    const long = await this.#take(extra);
    const length = extra === 0
      ? second
      : Number(long.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n));
    assertEquals(first & 0xf0, 0x80, "Every message is one frame");
    return { op: first & 0x0f, payload: await this.#take(length) };
  }

  /** The next message. */
  async message(): Promise<ServerMessage> {
    const { op, payload } = await this.frame();
    assertEquals(op, 1, "It is a text message");
    return JSON.parse(decoder.decode(payload));
  }

  /** The next message of that type, past whatever comes before it. */
  async nextOf<T extends ServerMessage["type"]>(
    type: T,
  ): Promise<Extract<ServerMessage, { type: T }>> {
    for (;;) {
      const message = await this.message();
      if (message.type === type) return message as Extract<ServerMessage, { type: T }>;
    }
  }

  /** The next message, which must be an error of that code. */
  async nextError(code: ErrorCode): Promise<void> {
    const message = await this.message();
    assertEquals([message.type, message.type === "Error" && message.code], ["Error", code]);
  }

  /** Asserts that the server says goodbye with that number, and then closes. */
  async expectGoodbye(code: number): Promise<void> {
    const { op, payload } = await this.frame();
    assertEquals([op, new DataView(payload.slice().buffer).getUint16(0)], [8, code]);
    const rest = await within(this.#conn.read(new Uint8Array(1)), "The end");
    assertEquals(rest, null, "Nothing comes after goodbye");
  }

  close(): void {
    try {
      this.#conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve(this.close());
  }

  async #take(count: number): Promise<Uint8Array> {
    while (this.#bytes.length < count) {
      const buffer = new Uint8Array(64 << 10);
      const read = await within(this.#conn.read(buffer), `${count} bytes of the server`);
      assert(read !== null, "The connection has not ended");
      this.#bytes = joined(this.#bytes, buffer.subarray(0, read));
    }
    const bytes = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return bytes;
  }
}
