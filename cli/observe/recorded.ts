/**
 * An observer that writes down what it tells, line by line, before anybody else gets to see it.
 *
 * The file was opened by whoever makes it, so that writing needs no permission any more. A group is written in one
 * piece; the next one is read when it is written. So a slow disk makes the ring fill, and what that
 * refuses is counted: nothing is queued, nothing is missing in silence.
 *
 * @module
 */

import {
  type Observation,
  type Observer,
  recordingHeader,
  recordingLine,
  type Snapshot,
  type Start,
  type Summary,
} from "../../observe/mod.ts";
import { Failure } from "../failure.ts";

/** Where to write: a file. */
export type Sink = Pick<Deno.FsFile, "writeSync" | "close">;

/** An observer like `observer` that also writes to `file`. Disposing it closes the file. */
export function recorded(observer: Observer, file: Sink): Observer {
  return new Recorded(observer, file);
}

class Recorded implements Observer {
  readonly #observer: Observer;
  readonly #file: Sink;
  #header = recordingHeader();

  constructor(observer: Observer, file: Sink) {
    this.#observer = observer;
    this.#file = file;
  }

  get start(): Start {
    return this.#observer.start;
  }

  async *batches(): AsyncGenerator<readonly Observation[]> {
    for await (const batch of this.#observer.batches()) {
      this.#write(this.#header + batch.map(recordingLine).join(""));
      this.#header = "";
      yield batch;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Observation> {
    for await (const batch of this.batches()) yield* batch;
  }

  snapshot(): Snapshot {
    return this.#observer.snapshot();
  }

  summary(): Summary {
    return this.#observer.summary();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#observer[Symbol.asyncDispose]();
    this.#file.close();
  }

  #write(text: string): void {
    const bytes = new TextEncoder().encode(text);
    try {
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      throw new Failure(`The recording cannot be written: ${cause.message}.`, undefined, { cause });
    }
  }
}
