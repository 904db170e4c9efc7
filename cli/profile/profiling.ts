/**
 * Profiles of a running server: of its whole run into a file that was named, and for some seconds whenever a signal asks.
 *
 * ```text
 *   --profile FILE ─► from the start, until --profile-seconds, ten minutes or the end ─┐
 *   SIGUSR2 ────────► for --profile-seconds, else ten ─────────────────────────────────┴─► FILE, or one in the directory
 * ```
 *
 * - One is taken at a time; who asks meanwhile is told so.
 * - Its file is made before it begins, so that nobody waits for a profile that can be written nowhere.
 * - What goes wrong with it is told, and does the server no harm.
 * - The more seconds, the fewer looks a second: what waits for being written has a bound.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import { INTERVAL_US, LOOKS_MAX, SIGNALLED_SECONDS, WHOLE_SECONDS_MAX } from "./limits.ts";
import { ProfileFile, sentenceOf } from "./profile_file.ts";
import { Profiler } from "./profiler.ts";
import { textOf } from "./text.ts";

/** What is told of profiles. */
export type ProfileEvent =
  | { readonly kind: "profiling"; readonly file: string; readonly seconds: number }
  | { readonly kind: "profiled"; readonly file: string; readonly seconds: number }
  | { readonly kind: "not_profiled"; readonly why: string };

/** How profiles are taken. */
export interface ProfilingOptions {
  /** Where the files go that nobody has named; `undefined`: nowhere. */
  readonly directory: string | undefined;
  /** How long each takes, if that was said. */
  readonly seconds: number | undefined;
  readonly tell: (event: ProfileEvent) => void;
}

/** Takes profiles of this thread. */
export class Profiling implements AsyncDisposable {
  readonly #directory: string | undefined;
  readonly #seconds: number | undefined;
  readonly #tell: (event: ProfileEvent) => void;
  readonly #end = new AbortController();
  #profiler: Profiler | undefined;
  #dropped = false;
  /** The one that is being taken. */
  #taking: Promise<void> | undefined;

  constructor({ directory, seconds, tell }: ProfilingOptions) {
    this.#directory = directory;
    this.#seconds = seconds;
    this.#tell = tell;
  }

  /** Asks the engine for its profiler while that is permitted; later it need not be. */
  async prepare(): Promise<void> {
    try {
      this.#profiler ??= await Profiler.connect();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Profiles from now on into a file. Resolves when that has begun. */
  begin(file: ProfileFile): Promise<void> {
    return this.#begin(file, this.#seconds ?? WHOLE_SECONDS_MAX);
  }

  /** Profiles for some seconds, into the directory. Throws nothing. */
  takeOne(now: Date = new Date()): void {
    if (this.#end.signal.aborted) return;
    if (this.#taking !== undefined) {
      return this.#tell({ kind: "not_profiled", why: "one is being taken already" });
    }
    if (this.#directory === undefined) {
      const why = "this server keeps nothing on a disk: start it with --profile and a directory";
      return this.#tell({ kind: "not_profiled", why });
    }
    try {
      const file = ProfileFile.makeIn(this.#directory, now);
      void this.#begin(file, this.#seconds ?? SIGNALLED_SECONDS);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends what is being taken, and writes it. Idempotent. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#taking;
    this.#profiler?.[Symbol.dispose]();
    this.#profiler = undefined;
  }

  /** Ends what is being taken, and drops it if it was not to be ended: of a server that could not start there is nothing to see. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#end.signal.aborted) this.#dropped = true;
    await this.end();
  }

  #begin(file: ProfileFile, seconds: number): Promise<void> {
    const begun = Promise.withResolvers<void>();
    this.#taking = this.#take(file, seconds, begun.resolve).finally(() => {
      begun.resolve();
      this.#taking = undefined;
    });
    return begun.promise;
  }

  async #take(file: ProfileFile, seconds: number, begun: () => void): Promise<void> {
    try {
      const profiler = this.#profiler ??= await Profiler.connect();
      await profiler.start(intervalUs(seconds));
      this.#tell({ kind: "profiling", file: file.path, seconds });
      begun();
      const sinceMs = performance.now();
      await wait(seconds * 1_000, this.#end.signal);
      if (this.#dropped) {
        await profiler.stop();
        return await file.drop();
      }
      const tookSeconds = Math.round(performance.now() - sinceMs) / 1_000;
      for (const piece of textOf(await profiler.stop())) await file.write(piece);
      file.close();
      this.#tell({ kind: "profiled", file: file.path, seconds: tookSeconds });
    } catch (error) {
      await file.drop();
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#tell({ kind: "not_profiled", why: sentenceOf(error) });
  }
}

/** Microseconds between two looks, so that a whole profile has no more of them than may wait. */
export function intervalUs(seconds: number): number {
  return Math.max(INTERVAL_US, Math.ceil(seconds * 1_000_000 / LOOKS_MAX));
}
