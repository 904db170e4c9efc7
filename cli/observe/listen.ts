/**
 * Another observer, listened to through its socket: an observation without a privilege.
 *
 * Connecting and listening are two steps, so that whoever listens can give up in between what connecting needed.
 *
 * @module
 */

import { type Observer, RecordingError, recordingLines, replay } from "../../observe/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { OBSERVER_SPEAKS_MS, READERS_MAX } from "./limits.ts";

/** How to listen; a test may want less patience. */
export interface ListenOptions {
  /** Ends the observation. */
  readonly signal?: AbortSignal;
  readonly speaksMs?: number;
}

/**
 * A connection to another observer, which an abort closes.
 *
 * @throws {Failure} When nobody is there, or nobody who lets us in.
 */
export async function connected(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Deno.Conn> {
  try {
    const connection = await Deno.connect({ transport: "unix", path });
    signal?.addEventListener("abort", () => ignoringClosed(() => connection.close()));
    return connection;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const why = cause instanceof Deno.errors.NotFound
      ? "it is not there"
      : cause instanceof Deno.errors.ConnectionRefused
      ? "whoever made it is gone"
      : cause instanceof Deno.errors.PermissionDenied
      ? "it is another user's"
      : cause.message;
    throw new Failure(`No observer tells anything at ${path}: ${why}.`, EXIT.failed, { cause });
  }
}

/**
 * What the observer at the other end of a connection tells. Disposing it closes the connection.
 *
 * @param path For people.
 * @throws {Failure} When it lets nobody in, says nothing, or is no observer.
 */
export async function listened(
  connection: Deno.Conn,
  path: string,
  { speaksMs = OBSERVER_SPEAKS_MS, ...options }: ListenOptions,
): Promise<Observer> {
  const close = () => ignoringClosed(() => connection.close());
  let isSilent = false;
  const timer = setTimeout(() => {
    isSilent = true;
    close();
  }, speaksMs);
  try {
    return closing(await replay(linesOf(connection), options), close);
  } catch (cause) {
    close();
    if (!(cause instanceof RecordingError)) throw cause;
    const why = isSilent
      ? `What listens at ${path} says nothing, and an observer would`
      : cause.code === "empty"
      ? `The observer at ${path} lets nobody in: it has ${READERS_MAX} readers, or is ending`
      : `What is told at ${path} is not what an observer tells. ${cause.message}`;
    throw new Failure(`${why}.`, EXIT.failed, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** The observer whose end closes the connection first: a read that waits would keep its lines from ending. */
function closing(observer: Observer, close: () => void): Observer {
  return {
    start: observer.start,
    batches: () => observer.batches(),
    [Symbol.asyncIterator]: () => observer[Symbol.asyncIterator](),
    snapshot: () => observer.snapshot(),
    summary: () => observer.summary(),
    async [Symbol.asyncDispose]() {
      close();
      await observer[Symbol.asyncDispose]();
    },
  };
}

/** An observer that dies, or that we leave, ends its lines: what is missing is told as the end of what was told. */
async function* linesOf(connection: Deno.Conn): AsyncGenerator<string, void, void> {
  try {
    yield* recordingLines(connection.readable);
  } catch (error) {
    if (error instanceof RecordingError) throw error;
  } finally {
    ignoringClosed(() => connection.close());
  }
}

function ignoringClosed(close: () => void): void {
  try {
    close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
