/**
 * The first words of a real client of TLS, as bytes, and records of one's own.
 *
 * @module
 */

import { joined } from "./bytes.ts";

/** Kinds of records. */
export const RECORD = { cipher: 0x14, alert: 0x15, handshake: 0x16, data: 0x17 } as const;

/** Bytes before a record's own. */
const HEADER_BYTES = 5;

/** A record. @param length The length that it tells of, true or not. */
export function record(
  kind: number,
  body: Uint8Array,
  length: number = body.length,
): Uint8Array<ArrayBuffer> {
  return joined([Uint8Array.of(kind, 3, 1, length >> 8, length & 0xff), body]);
}

/** What is said in a record. */
export function bodyOf(whole: Uint8Array): Uint8Array {
  return whole.subarray(HEADER_BYTES);
}

/** One record, as a client says it before it has heard anything. */
export async function clientHello(): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dialled = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using heard = await listener.accept();
  const tls = await Deno.startTls(dialled, { hostname: "localhost" });
  const failing = tls.handshake().catch(() => {});
  const buffer = new Uint8Array(16 << 10);
  const hello = buffer.slice(0, await heard.read(buffer) ?? 0);
  tls.close();
  await failing;
  return hello;
}
