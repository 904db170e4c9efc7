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
import { passing } from "./passing.ts";

/** How to listen; a test may want less patience. */
export interface ListenOptions {
  /** Ends the observation. */
  readonly signal?: AbortSignal;
  readonly speaksMs?: number;
}

/** A connection to another observer. */
export type ObserverConnection = Pick<Deno.Conn, "readable" | "close">;

/** Nobody tells anything there. */
export class NoObserver extends Failure {
  /** Why not, in words that go on a sentence. */
  readonly why: string;
  /** Whether waiting may help: somebody may start an observer there. */
  readonly mayCome: boolean;

  constructor(
    sentence: string,
    { why, mayCome, cause }: {
      readonly why: string;
      readonly mayCome: boolean;
      readonly cause?: unknown;
    },
  ) {
    super(sentence, EXIT.failed, { cause });
    this.why = why;
    this.mayCome = mayCome;
  }
}

/** @throws {NoObserver} When something stands at the path that can never be an observer's socket: a file, say. */
export async function mayBeSocket(path: string): Promise<void> {
  // Whoever may not look, or finds nothing, learns more from the attempt to connect.
  const found = await Deno.stat(path).catch(() => undefined);
  if (found === undefined || found.isSocket) return;
  const why = "it is no socket";
  throw new NoObserver(`No observer tells anything at ${path}: ${why}.`, { why, mayCome: false });
}

/**
 * A connection to another observer, which an abort closes.
 *
 * @throws {NoObserver} When nobody is there, or nobody who lets us in.
 */
export async function connected(
  path: string,
  signal: AbortSignal | undefined,
): Promise<ObserverConnection> {
  await mayBeSocket(path);
  try {
    const connection = await Deno.connect({ transport: "unix", path });
    signal?.addEventListener("abort", () => ignoringClosed(() => connection.close()));
    return connection;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw refusedAt(path, cause);
  }
}

/** Why a connection could not be made. @param cause By its name and message: it may come from another thread. */
export function refusedAt(
  path: string,
  cause: { readonly name: string; readonly message: string },
): NoObserver {
  const { name, message } = cause;
  const why = name === "NotFound"
    ? "it is not there"
    : name === "ConnectionRefused"
    ? "whoever made it is gone"
    : name === "PermissionDenied"
    ? "it is another user's"
    : name === "NotCapable"
    ? "it belongs to the system, and this program keeps out of it"
    : message;
  const mayCome = name === "NotFound" || name === "ConnectionRefused";
  return new NoObserver(`No observer tells anything at ${path}: ${why}.`, { why, mayCome, cause });
}

/**
 * What the observer at the other end of a connection tells. Disposing it closes the connection.
 *
 * @param path For people.
 * @throws {NoObserver} When it lets nobody in, says nothing, or is no observer.
 */
export async function listened(
  connection: ObserverConnection,
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
    const observer = await replay(linesOf(connection), options);
    // First the connection: a read that waits would keep its lines from ending.
    return passing(observer, { closeFirst: close });
  } catch (cause) {
    close();
    if (!(cause instanceof RecordingError)) throw cause;
    throw isSilent ? silentAt(path, cause) : unreadableAt(path, cause);
  } finally {
    clearTimeout(timer);
  }
}

function silentAt(path: string, cause: unknown): NoObserver {
  return new NoObserver(`What listens at ${path} says nothing, and an observer would.`, {
    why: "what listens there says nothing",
    mayCome: false,
    cause,
  });
}

function unreadableAt(path: string, cause: RecordingError): NoObserver {
  if (cause.code === "empty") {
    const why = `it has ${READERS_MAX} readers, or is ending`;
    const sentence = `The observer at ${path} lets nobody in: ${why}.`;
    return new NoObserver(sentence, {
      why: `it lets nobody in, since ${why}`,
      mayCome: true,
      cause,
    });
  }
  const why = "what is told there is not what an observer tells";
  return new NoObserver(
    `What is told at ${path} is not what an observer tells. ${cause.message}.`,
    { why, mayCome: false, cause },
  );
}

/** An observer that dies, or that we leave, ends its lines: what is missing is told as the end of what was told. */
async function* linesOf(connection: ObserverConnection): AsyncGenerator<string, void, void> {
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
