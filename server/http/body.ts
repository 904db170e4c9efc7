/**
 * The body of an HTTP request: as long as its head says, and no longer than is taken.
 *
 * A body in pieces (`Transfer-Encoding`) is refused: how long it is would be known at its end.
 *
 * @module
 */

import type { AddressedSocket } from "../transport/mod.ts";
import type { Answer } from "./answer.ts";
import type { Head } from "./head.ts";

/** A body, or the answer to a request that has none to be taken. */
export type Body =
  | { readonly kind: "body"; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly answer: Answer };

const CONTINUE = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");

/**
 * Reads one.
 *
 * @param rest What came behind the head.
 * @throws When the caller ends before its body does.
 */
export async function readBody(
  caller: Pick<AddressedSocket, "read" | "write">,
  { headers }: Pick<Head, "headers">,
  rest: Uint8Array,
  bytesMax: number,
): Promise<Body> {
  const length = headers.get("content-length");
  if (headers.has("transfer-encoding") || length === undefined) {
    return refused(411, "Say how long the body is, with Content-Length.\n");
  }
  if (!/^\d{1,15}$/.test(length)) return refused(400, "This Content-Length is no number.\n");
  const count = Number(length);
  if (count > bytesMax) return refused(413, `A body has at most ${bytesMax} bytes.\n`);
  const bytes = new Uint8Array(count);
  let filled = Math.min(rest.length, count);
  bytes.set(rest.subarray(0, filled));
  const asks = headers.get("expect")?.toLowerCase() === "100-continue";
  if (asks && filled < count) await writeAll(caller, CONTINUE);
  while (filled < count) {
    const read = await caller.read(bytes.subarray(filled));
    if (read === null) throw new Error("The body ended early");
    filled += read;
  }
  return { kind: "body", bytes };
}

/** Writes all of some bytes. */
export async function writeAll(
  caller: Pick<AddressedSocket, "write">,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await caller.write(bytes.subarray(at));
}

function refused(status: 400 | 411 | 413, body: string): Body {
  return { kind: "refused", answer: { status, body } };
}
