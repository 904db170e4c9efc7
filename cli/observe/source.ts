/**
 * Where an observation comes from, the kernel, a recording or another observer, and where else it goes.
 *
 * Files and sockets are opened first, then every permission but the one to talk with the kernel is given up, and only
 * then anything from outside is looked at.
 *
 * @module
 */

import {
  observe,
  type ObserveOptions,
  type Observer,
  ObserveUnavailable,
  RecordingError,
  recordingLines,
  replay,
} from "../../observe/mod.ts";
import { EXIT, Failure, reasonOf } from "../failure.ts";
import { keepOnly, type Permission } from "../privileges.ts";
import type { Address } from "../values.ts";
import { printError } from "../streams.ts";
import { connected, listened } from "./listen.ts";
import { recorded } from "./recorded.ts";
import { openRecordingFile } from "./recording_file.ts";
import { tellReaders } from "./socket.ts";
import { openSocketFile } from "./socket_file.ts";

/** What plays a part besides the kernel, by its path or address. */
export interface Files {
  readonly record?: string | undefined;
  readonly replay?: string | undefined;
  /** A socket to tell others. */
  readonly socket?: string | undefined;
  /** The socket of another observer. */
  readonly from?: string | undefined;
  /** Where figures are answered, by somebody else: a replay takes its time for that, too. */
  readonly prometheus?: Address | undefined;
}

/**
 * Begins to observe, to replay, or to listen to another observer.
 *
 * @param screen Whether it will be shown on a full screen: a replay takes its time then.
 * @throws What `failureOf` explains.
 */
export async function openSource(
  files: Files,
  options: ObserveOptions,
  screen: boolean,
): Promise<Observer> {
  // The libraries that draw read the environment.
  const kept: Permission[] = screen ? ["env"] : [];
  const { signal } = options;
  const from = files.from === undefined ? undefined : await connected(files.from, signal);
  const replayed = files.replay === undefined
    ? undefined
    : await opened(files.replay, { read: true });
  const file = files.record === undefined ? undefined : openRecordingFile(files.record);
  const socket = files.socket === undefined ? undefined : await openSocketFile(files.socket);
  const debug = Deno.env.get("CHAT_DEBUG") === "1";
  if (from === undefined && replayed === undefined) kept.push("ffi");
  keepOnly(...kept, ...socket?.permissions ?? []);
  try {
    const stop = signal === undefined ? {} : { signal };
    const observer = from !== undefined
      ? await listened(from, files.from ?? "", stop)
      : replayed !== undefined
      // Whoever connects to a replay wants to see it as it was.
      ? await replay(recordingLines(replayed.readable), {
        pace: screen || socket !== undefined || files.prometheus !== undefined
          ? "recorded"
          : "at once",
        ...stop,
      })
      : await observe(options);
    const written = file === undefined ? observer : recorded(observer, file);
    return socket === undefined ? written : tellReaders(written, socket);
  } catch (error) {
    file?.close();
    socket?.[Symbol.dispose]();
    if (signal?.aborted) {
      throw new Failure("Stopped before the observation began.", EXIT.interrupted, {
        cause: error,
      });
    }
    if (error instanceof RangeError) {
      throw new Failure(`${error.message}.`, EXIT.usage, { cause: error });
    }
    if (debug && error instanceof ObserveUnavailable) printError(`${error.details}\n`);
    throw error;
  }
}

async function opened(path: string, how: Deno.OpenOptions): Promise<Deno.FsFile> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, how);
  } catch (cause) {
    throw cannotOpen(path, cause, "it is not there");
  }
  if (!(await file.stat()).isDirectory) return file;
  file.close();
  throw cannotOpen(path, new Deno.errors.IsADirectory(), "");
}

function cannotOpen(path: string, cause: unknown, missing: string): unknown {
  if (!(cause instanceof Error)) return cause;
  const why = cause instanceof Deno.errors.NotFound ? missing : reasonOf(cause);
  return new Failure(`${path} cannot be opened: ${why}.`, EXIT.failed, { cause });
}

/** A refusal of the observer or of a recording as what the user is told; anything else as it is. */
export function failureOf(cause: unknown): unknown {
  if (cause instanceof ObserveUnavailable) {
    const isNobody = cause.reason === "no_process" || cause.reason === "no_cgroup";
    const code = isNobody ? EXIT.failed : EXIT.impossible;
    return new Failure(`${cause.message}.`, code, { cause });
  }
  if (cause instanceof RecordingError) {
    return new Failure(`${cause.message}.`, EXIT.failed, { cause });
  }
  return cause;
}
