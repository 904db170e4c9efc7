/**
 * The thread of a dialler: it connects to one socket and hands its bytes on, one piece for each that is asked for.
 *
 * It may do nothing else: its permissions are that one path. So it can connect again and again, while the program around it has long
 * given up files.
 *
 * @module
 */

import type { DiallerNews, DiallerOrder } from "./dialler.ts";

/** Bytes taken from the socket at once: a pipe's worth. */
const PIECE_BYTES = 65_536;

declare const self: {
  onmessage: ((event: MessageEvent<DiallerOrder>) => void) | null;
  postMessage(news: DiallerNews, transfer?: Transferable[]): void;
};

let connection: Deno.UnixConn | undefined;

self.onmessage = async ({ data: order }) => {
  const { id } = order;
  try {
    switch (order.kind) {
      case "connect":
        connection = await Deno.connect({ transport: "unix", path: order.path });
        return self.postMessage({ id, kind: "connected" });
      case "read":
        return await read(id);
      case "close":
        connection?.close();
        connection = undefined;
        return self.postMessage({ id, kind: "end" });
      default:
        return order satisfies never;
    }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    self.postMessage({ id, kind: "failed", name, message });
  }
};

async function read(id: number): Promise<void> {
  const buffer = new Uint8Array(PIECE_BYTES);
  const count = await connection?.read(buffer) ?? null;
  if (count === null) return self.postMessage({ id, kind: "end" });
  const bytes = buffer.slice(0, count);
  self.postMessage({ id, kind: "bytes", bytes }, [bytes.buffer]);
}
