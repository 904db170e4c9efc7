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

import prettyBytes from "pretty-bytes";
import type { Offer } from "../../server/wire/transfers/mod.ts";
import { type Directory, openDirectory } from "./directory.ts";
import { freeBytes, isFull } from "./disk.ts";
import { Download, type DownloadEnd, type TakeOptions } from "./download.ts";
import { hashInto, newHash } from "./hash.ts";
import { FILE_BYTES_MAX, FREE_BYTES_KEPT } from "./limits.ts";
import { type Refusal, refusal } from "./offer.ts";
import { openPartial } from "./open_partial.ts";
import type { PartialFile } from "./partial.ts";
import { findSame } from "./same.ts";

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
  /** Free bytes for a directory, if known. */
  readonly free?: ((path: string) => Promise<number | undefined>) | undefined;
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
  const { signal, onHashed, free = freeBytes } = options;
  const refused = refusal(offer, options.fileBytesMax ?? FILE_BYTES_MAX);
  if (refused !== undefined) return refused;
  const directory = await openDirectory(options.directory);
  const path = await findSame(directory, offer, { signal, onBytes: onHashed });
  if (path !== undefined) return { kind: "have", path };
  let partial: PartialFile;
  try {
    partial = await openPartial(directory, offer);
  } catch (error) {
    if (isFull(error)) return noSpace(`The disk of ${directory.path} is full.`);
    throw error;
  }
  try {
    const lacking = await lackOfSpace(directory, offer.size - partial.length, free);
    if (lacking !== undefined) {
      await partial[Symbol.asyncDispose]();
      return noSpace(lacking);
    }
    return { kind: "ready", download: await begin(offer, partial, options) };
  } catch (error) {
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

async function begin(
  offer: Offer,
  partial: PartialFile,
  { signal, onHashed }: ReceiveOptions,
): Promise<Download> {
  const hash = newHash();
  const { length, handle } = partial;
  const read = await hashInto(hash, handle, length, { signal, onBytes: onHashed });
  if (read !== length) throw new Error("The partial file became shorter while it was read.");
  return new Download(offer, partial, hash);
}

function noSpace(reason: string): Refusal {
  return { kind: "refused", reason, hindrance: "no_space" };
}

/** Asked before, so that a full disk is told at once and not after an hour; a disk that fills meanwhile is an outcome. */
async function lackOfSpace(
  { path }: Directory,
  bytes: number,
  free: (path: string) => Promise<number | undefined>,
): Promise<string | undefined> {
  const available = await free(path);
  if (available === undefined || bytes === 0 || available - bytes >= FREE_BYTES_KEPT) return;
  const [missing, kept] = [FREE_BYTES_KEPT + bytes - available, FREE_BYTES_KEPT].map((bytes) =>
    prettyBytes(bytes)
  );
  return `There is not enough space in ${path}: ${missing} are missing (${kept} stay free).`;
}
