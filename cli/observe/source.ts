/**
 * Where an observation comes from, the kernel or a recording, and where it is recorded.
 *
 * Files are opened first, then every permission but the one to talk with the kernel is given up, and only then
 * anything from outside is looked at.
 *
 * @module
 */

import {
  observe,
  type ObserveOptions,
  type Observer,
  ObserveUnavailable,
  RecordingError,
  replay,
} from "../../observe/mod.ts";
import { textLines } from "../db/text_lines.ts";
import { EXIT, Failure } from "../failure.ts";
import { keepOnly, type Permission } from "../privileges.ts";
import { printError } from "../streams.ts";
import { recorded } from "./recorded.ts";

/** Files that play a part. */
export interface Files {
  readonly record?: string | undefined;
  readonly replay?: string | undefined;
}

/**
 * Begins to observe or to replay.
 *
 * @param screen Whether it will be shown on a full screen: a replay takes its time then.
 * @throws What `failureOf` explains.
 */
export async function openSource(
  files: Files,
  options: ObserveOptions,
  screen: boolean,
): Promise<Observer> {
  const debug = Deno.env.get("CHAT_DEBUG") === "1";
  // The libraries that draw read the environment.
  const drawing: readonly Permission[] = screen ? ["env"] : [];
  if (files.replay !== undefined) {
    const { readable } = await opened(files.replay, { read: true });
    keepOnly(...drawing);
    const { signal } = options;
    return await replay(linesOf(readable), {
      pace: screen ? "recorded" : "at once",
      ...(signal === undefined ? {} : { signal }),
    });
  }
  const file = files.record === undefined
    ? undefined
    : await opened(files.record, { write: true, create: true, truncate: true });
  keepOnly("ffi", ...drawing);
  try {
    const observer = await observe(options);
    return file === undefined ? observer : recorded(observer, file);
  } catch (error) {
    file?.close();
    if (error instanceof RangeError) {
      throw new Failure(`${error.message}.`, EXIT.usage, { cause: error });
    }
    if (debug && error instanceof ObserveUnavailable) printError(`${error.details}\n`);
    throw error;
  }
}

async function* linesOf(file: Deno.FsFile["readable"]): AsyncGenerator<string, void, void> {
  try {
    yield* textLines(file);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Failure("This is no recording of an observation: it is no text.", EXIT.failed, {
      cause,
    });
  }
}

async function opened(path: string, how: Deno.OpenOptions): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, how);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const missing = how.write ? "its directory is not there" : "it is not there";
    const why = cause instanceof Deno.errors.NotFound ? missing : cause.message;
    throw new Failure(`${path} cannot be opened: ${why}.`, EXIT.failed, { cause });
  }
}

/** A refusal of the observer or of a recording as what the user is told; anything else as it is. */
export function failureOf(cause: unknown): unknown {
  if (cause instanceof ObserveUnavailable) {
    const code = cause.reason === "no_process" ? EXIT.failed : EXIT.impossible;
    return new Failure(`${cause.message}.`, code, { cause });
  }
  if (cause instanceof RecordingError) {
    return new Failure(`${cause.message}.`, EXIT.failed, { cause });
  }
  return cause;
}
