/**
 * An observer that writes down what it tells, line by line, before anybody else gets to see it.
 *
 * The file was opened by whoever makes it, so that writing needs no permission any more. A group is written in one
 * piece; the next one is read when it is written. So a slow disk makes the ring fill, and what that
 * refuses is counted: nothing is queued, nothing is missing in silence.
 *
 * @module
 */

import { type Observer, recordingHeader, recordingLine } from "../../observe/mod.ts";
import { Failure } from "../failure.ts";
import { passing } from "./passing.ts";

/** Where to write: a file. */
export interface Sink {
  /** Returns how many of the bytes it has taken. */
  writeSync(bytes: Uint8Array): number;
  close(): void;
}

/** An observer like `observer` that also writes to `file`. Disposing it closes the file. */
export function recorded(observer: Observer, file: Sink): Observer {
  let header = recordingHeader();
  return passing(observer, {
    group(batch) {
      write(file, header + batch.map(recordingLine).join(""));
      header = "";
    },
    closeLast: () => file.close(),
  });
}

function write(file: Sink, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new Failure(`The recording cannot be written: ${cause.message}.`, undefined, { cause });
  }
}
