/**
 * The disk as a place of transfers: received files go to a directory, and sent ones are read from where they are.
 *
 * What the disk refuses is a sentence here, and a `PlaceError` there.
 *
 * @module
 */

import {
  type Offer,
  type Place,
  PlaceError,
  type Sendable,
  type Sink,
  type Source,
} from "../../server/wire/transfers/mod.ts";
import { begunBytes } from "./begun.ts";
import type { Claims } from "./claims.ts";
import { diskSentence } from "./disk_error.ts";
import type { Download } from "./download.ts";
import { Finished } from "./finished.ts";
import { prepare } from "./receiver.ts";
import { Space } from "./space.ts";
import type { Owner } from "./state.ts";
import { isUnchanged, openSource, readSource, SourceChanged } from "./source.ts";

/** Where received files go, and how large they may be. */
export interface DiskPlaceOptions {
  readonly directory: string;
  /** Bytes of a received file at most. */
  readonly fileBytesMax?: number | undefined;
  /** Whether senders may not learn what is here already, but of what they sent themselves. */
  readonly concealed?: boolean | undefined;
  /** Who receives, once that is known. */
  readonly owner?: (() => Owner | undefined) | undefined;
  /** What the program holds of what lies there unfinished. */
  readonly claims?: Claims | undefined;
}

/** A directory for received files. */
export function diskPlace(
  { directory, fileBytesMax, concealed, owner: whose, claims }: DiskPlaceOptions,
): Place {
  const space = new Space();
  const finished = new Finished();
  return {
    begun: (offer) => told(() => begunBytes(directory, offer)),
    holds: (offer) => told(() => finished.has(offer)),
    prepare: (_, offer, signal) =>
      told(async () => {
        const owner = whose?.();
        const how = { directory, fileBytesMax, signal, space, concealed, owner, claims };
        const prepared = await prepare(offer, how);
        if (prepared.kind === "have") await finished.add(offer, prepared.path);
        if (prepared.kind !== "ready") return prepared;
        return { kind: "ready", sink: remembering(prepared.download, offer, finished) };
      }),
  };
}

/** The same download, whose file is remembered when it is whole. */
function remembering(download: Download, offer: Offer, finished: Finished): Sink {
  return {
    offset: download.offset,
    async take(bytes, options) {
      const end = await download.take(bytes, options);
      if (end.kind === "done") await finished.add(offer, end.path);
      return end;
    },
    [Symbol.asyncDispose]: () => download[Symbol.asyncDispose](),
  };
}

/** The file of that path, which is read through when its turn comes. */
export function fileAt(path: string): Sendable {
  return {
    name: path.slice(path.lastIndexOf("/") + 1),
    open: (signal) => told(() => openFile(path, signal)),
  };
}

async function openFile(path: string, signal: AbortSignal): Promise<Source> {
  const source = await openSource(path, { signal });
  const { name, size, sha256 } = source;
  return {
    name,
    size,
    sha256,
    demandSame: () =>
      told(async () => {
        if (!await isUnchanged(source)) throw new SourceChanged(path);
      }),
    async *read(offset) {
      try {
        yield* readSource(source, offset);
      } catch (error) {
        throw placeError(error);
      }
    },
  };
}

async function told<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw placeError(error);
  }
}

function placeError(error: unknown): unknown {
  const sentence = diskSentence(error);
  return sentence === undefined ? error : new PlaceError(sentence, { cause: error });
}
