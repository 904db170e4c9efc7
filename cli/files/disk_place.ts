/**
 * The disk as a place of transfers: received files go to a directory, and sent ones are read from where they are.
 *
 * What the disk refuses is a `Failure` here and a `PlaceError` there, with the same sentence.
 *
 * @module
 */

import {
  type Place,
  PlaceError,
  type Sendable,
  type Source,
} from "../../server/wire/transfers/mod.ts";
import { Failure } from "../failure.ts";
import { begunBytes } from "./begun.ts";
import { prepare } from "./receiver.ts";
import { isUnchanged, openSource, readSource, SourceChanged } from "./source.ts";

/** Where received files go, and how large they may be. */
export interface DiskPlaceOptions {
  readonly directory: string;
  /** Bytes of a received file at most. */
  readonly fileBytesMax?: number | undefined;
}

/** A directory for received files. */
export function diskPlace({ directory, fileBytesMax }: DiskPlaceOptions): Place {
  return {
    begun: (offer) => begunBytes(directory, offer),
    prepare: (_, offer, signal) =>
      told(async () => {
        const prepared = await prepare(offer, { directory, fileBytesMax, signal });
        return prepared.kind === "ready" ? { kind: "ready", sink: prepared.download } : prepared;
      }),
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
    async demandSame() {
      if (!await isUnchanged(source)) throw new PlaceError(new SourceChanged(path).message);
    },
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
  return error instanceof Failure ? new PlaceError(error.message, { cause: error }) : error;
}
