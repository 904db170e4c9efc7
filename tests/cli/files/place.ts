/**
 * Folders, files and offers for the tests of receiving.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Offer } from "../../../server/wire/transfers/mod.ts";
import { assert } from "../../assert.ts";
import { seeded } from "../../db/sim/world.ts";
import { until } from "../../within.ts";

/** A folder that is removed at the end. */
export interface Place extends Disposable {
  readonly path: string;
  /** The names in it, sorted. */
  readonly names: () => string[];
}

/** Makes a folder. */
export function place(): Place {
  const path = Deno.makeTempDirSync({ prefix: "chat-files-" });
  return {
    path,
    names: () => namesIn(path),
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** The names in a directory, sorted. */
export function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

/** Waits until so much of `a.bin` is safe on the receiver's disk that a break must not cost it. */
export function kept(inbox: string): Promise<void> {
  const state = `${inbox}/a.bin.part.state`;
  const saved = async () => /"offset":[1-9]/.test(await Deno.readTextFile(state).catch(() => ""));
  return until("Something of the file on the disk", saved, 30_000);
}

/** Bytes that look like chance and are the same for every run. */
export function someBytes(count: number, seed = 1): Uint8Array<ArrayBuffer> {
  const random = seeded(seed);
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; at++) bytes[at] = random() * 256;
  return bytes;
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** An offer of bytes. */
export function offerOf(bytes: Uint8Array, changes: Partial<Offer> = {}): Offer {
  return { from: "Alice", name: "a.bin", size: bytes.length, sha256: sha256(bytes), ...changes };
}

/** What a sender sends: bytes from an offset on, in pieces. */
export async function* pieces(
  bytes: Uint8Array,
  offset = 0,
  size = 1_000,
): AsyncGenerator<Uint8Array, void, void> {
  for (let at = offset; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

/** A sender that fails after so many bytes of the whole. */
export function breakingAt(
  bytes: Uint8Array,
  end: number,
): (offset: number) => AsyncGenerator<Uint8Array, void, void> {
  return async function* (offset) {
    assert(offset <= end, `Asked for ${offset}, behind ${end}`);
    yield* pieces(bytes.subarray(0, end), offset);
    throw new Error("The line broke.");
  };
}

/** A sender for an offer that nothing may be asked of. */
export function nothing(): AsyncIterable<Uint8Array> {
  throw new Error("Nothing should be sent");
}

/** Reads a whole file as hexadecimal SHA-256. */
export function sha256Of(path: string): string {
  return sha256(Deno.readFileSync(path));
}
