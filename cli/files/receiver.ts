/**
 * Receives a file for any client: what is checked before the first byte, and in which order.
 *
 * ```text
 * offer ─► can it be? ─► is it here? ─► where do we go on? ─► is there space? ─► Download
 *            │refused      │have                                │refused
 * ```
 *
 * `prepare` does that, so that the caller can say `FileAccept{offset}`; `Download.take` does the rest. A resumed part is
 * read through first, since a hash cannot be saved, and that may take seconds: before accepting, while nobody waits.
 *
 * @module
 */

import type { Hash } from "node:crypto";
import type { Offer } from "../../server/wire/transfers/mod.ts";
import { Failure } from "../failure.ts";
import type { Claims } from "./claims.ts";
import { openDirectory } from "./directory.ts";
import { isFull } from "./disk.ts";
import { Download, type DownloadEnd, type TakeOptions } from "./download.ts";
import { hashInto, newHash } from "./hash.ts";
import { FILE_BYTES_MAX } from "./limits.ts";
import { type Refusal, refusal } from "./offer.ts";
import { openPartial } from "./open_partial.ts";
import type { PartialFile } from "./partial.ts";
import { findSame } from "./same.ts";
import { type Reservation, Space } from "./space.ts";
import type { Owner } from "./state.ts";

/** How to receive. */
export interface ReceiveOptions {
  /** Where files go; made if it is missing. */
  readonly directory: string;
  /** Bytes of a file at most. */
  readonly fileBytesMax?: number | undefined;
  /** Ends the preparation by throwing its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes that were read of what is on the disk already. */
  readonly onHashed?: ((done: number) => void) | undefined;
  /** What else comes to the same disk. */
  readonly space?: Space | undefined;
  /** Whether the sender may not learn that the file is here already: then it sends all of it, and one of the two is kept. */
  readonly concealed?: boolean | undefined;
  /** Who receives it. */
  readonly owner?: Owner | undefined;
  /** What it has left unfinished, and holds. */
  readonly claims?: Claims | undefined;
}

/** What an offer comes to. */
export type Prepared =
  /** The file is there; nothing needs to be sent. */
  | { readonly kind: "have"; readonly path: string }
  /** It cannot be received, as a sentence, and as what the sender may know of it. Nothing was written. */
  | Refusal
  /** To be disposed, unless `take` is called. */
  | { readonly kind: "ready"; readonly download: Download };

/** How receiving ends. */
export type Received = DownloadEnd | Exclude<Prepared, { kind: "ready" }>;

/** Prepares to receive. @throws {Failure} When the directory cannot be used or no name is free. */
export async function prepare(offer: Offer, options: ReceiveOptions): Promise<Prepared> {
  const { signal, onHashed, space = new Space(), concealed = false } = options;
  const refused = refusal(offer, options.fileBytesMax ?? FILE_BYTES_MAX);
  if (refused !== undefined) return refused;
  const directory = await openDirectory(options.directory);
  const hashing = { signal, onBytes: onHashed };
  const path = concealed ? undefined : await findSame(directory, offer, hashing);
  if (path !== undefined) return { kind: "have", path };
  let partial: PartialFile;
  try {
    partial = await openPartial(directory, offer, options);
  } catch (error) {
    if (isFull(error)) return noSpace(`The disk of ${directory.path} is full.`);
    throw error;
  }
  let held: Reservation | undefined;
  try {
    const reserved = await space.reserve(directory.path, offer.size - partial.length);
    if (typeof reserved === "string") {
      await partial[Symbol.asyncDispose]();
      return noSpace(reserved);
    }
    held = reserved;
    const hash = await hashOf(partial, options);
    const twin = async (): Promise<string | undefined> =>
      concealed ? await findSame(directory, offer) : undefined;
    return {
      kind: "ready",
      download: new Download(offer, { partial, hash, space: reserved, twin }),
    };
  } catch (error) {
    held?.[Symbol.dispose]();
    await partial[Symbol.asyncDispose]();
    throw error;
  }
}

/** Receives a file whose bytes are given from an offset on. */
export async function receiveFile(
  offer: Offer,
  bytesFrom: (offset: number) => AsyncIterable<Uint8Array>,
  options: ReceiveOptions & TakeOptions,
): Promise<Received> {
  const prepared = await prepare(offer, options);
  if (prepared.kind !== "ready") return prepared;
  await using download = prepared.download;
  return await download.take(bytesFrom(download.offset), options);
}

/** The hash of what is there of a file. */
async function hashOf(
  { length, handle }: PartialFile,
  { signal, onHashed }: ReceiveOptions,
): Promise<Hash> {
  const hash = newHash();
  const read = await hashInto(hash, handle, length, { signal, onBytes: onHashed });
  if (read !== length) throw new Failure("The partial file became shorter while it was read.");
  return hash;
}

function noSpace(reason: string): Refusal {
  return { kind: "refused", reason, hindrance: "no_space" };
}
