/**
 * A page without a browser: a WebSocket that shows the token, asks what a page asks when it opens, and takes all that it is told.
 *
 * What it is told it counts and does not look at. A library's WebSocket would make text of it, and so take as much from a
 * full machine as the dashboard that is measured; what a browser takes, the row of the browser tells.
 *
 * @module
 */

import { protocolsWith } from "../../../observe/dashboard/token.ts";

/** How long a page may take to open, in ms. */
const OPEN_MS_MAX = 10_000;
/** What a page asks when it opens; see enteredRooms in the page. */
const QUESTIONS = [
  { type: "people", id: "people", room: "lobby" },
  { type: "history", id: "history", room: "lobby", limit: 100 },
  { type: "rooms", id: "rooms" },
];
/** A final frame of text, and that its bytes are masked (RFC 6455, 5.2). */
const TEXT = 0x81;
const MASKED = 0x80;
/** Bytes that the length of a short frame can tell. */
const SHORT_MAX = 125;

/** Where a page is, and what opens it. */
export interface Door {
  readonly origin: string;
  readonly token: string;
}

/** A page that is open. */
export interface BarePage extends AsyncDisposable {
  /** Why it is not open any more. */
  readonly broken: string | undefined;
  /** Bytes that it was told. */
  readonly told: number;
}

/** Opens a page. */
export async function openBare(door: Door): Promise<BarePage> {
  const { hostname, port } = new URL(door.origin);
  const signal = AbortSignal.timeout(OPEN_MS_MAX);
  const socket = await Deno.connect({ hostname, port: Number(port), signal });
  const late = setTimeout(() => socket.close(), OPEN_MS_MAX);
  try {
    await upgrade(socket, door);
  } finally {
    clearTimeout(late);
  }
  for (const question of QUESTIONS) await write(socket, frameOf(JSON.stringify(question)));
  let told = 0;
  let ending = false;
  let broken: string | undefined;
  const buffer = new Uint8Array(256 << 10);
  const reading = (async () => {
    try {
      for (let count; (count = await socket.read(buffer)) !== null;) told += count;
      broken = "closed by the dashboard";
    } catch (error) {
      if (!ending) broken = String(error);
    }
  })();
  return {
    get broken() {
      return broken;
    },
    get told() {
      return told;
    },
    async [Symbol.asyncDispose]() {
      ending = true;
      try {
        socket.close();
      } catch {
        // The dashboard has closed it.
      }
      await reading;
    },
  };
}

/** Makes a WebSocket of a connection. */
async function upgrade(socket: Deno.TcpConn, { origin, token }: Door): Promise<void> {
  const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  const head = [
    "GET /socket HTTP/1.1",
    `Host: ${new URL(origin).host}`,
    `Origin: ${origin}`,
    `Sec-WebSocket-Protocol: ${protocolsWith(token).join(", ")}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
    "",
    "",
  ];
  await write(socket, new TextEncoder().encode(head.join("\r\n")));
  const buffer = new Uint8Array(4_096);
  let answer = "";
  while (!answer.includes("\r\n\r\n")) {
    const count = await socket.read(buffer);
    if (count === null) break;
    answer += new TextDecoder().decode(buffer.subarray(0, count));
  }
  if (!answer.startsWith("HTTP/1.1 101")) throw new Error(`A page was refused: ${answer}`);
}

/** A text as a client's frame. The mask is 0: it is there against proxies, and here is none. */
function frameOf(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > SHORT_MAX) throw new RangeError(`Too long for a short frame: ${text}`);
  return new Uint8Array([TEXT, MASKED | bytes.length, 0, 0, 0, 0, ...bytes]);
}

async function write(socket: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
}
