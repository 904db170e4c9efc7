/**
 * The engine's own profiler, from inside: where this thread is is looked at some thousand times a second.
 *
 * It is asked through a session of the inspector that lives in this process alone: no port is opened, and nobody else can ask.
 * The engine's part is loaded when the first profile is wanted. Connecting needs the permission `sys`, and nothing after it
 * does.
 *
 * @module
 */

import type { Session } from "node:inspector";

/** A function at one place of the tree of calls. */
export interface ProfileNode {
  readonly id: number;
  /** Where it stands; lines and columns begin with 0. What is no function of a script has a name in brackets. */
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  /** Those that it called, by their ids. */
  readonly children?: readonly number[];
}

/** A profile as the engine gives it, and as `.cpuprofile` files have it. */
export interface CpuProfile {
  /** The tree of calls; the first is its root. */
  readonly nodes: readonly ProfileNode[];
  /** Microseconds, on a clock of the engine's. */
  readonly startTime: number;
  readonly endTime: number;
  /** At which node the thread was at each look, and how many microseconds after the one before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A profiler of this thread: one profile at a time. */
export class Profiler implements Disposable {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /** Connects to the engine. @throws When this runtime has no such thing, or does not let us. */
  static async connect(): Promise<Profiler> {
    const { Session } = await import("node:inspector");
    const session = new Session();
    session.connect();
    return new Profiler(session);
  }

  /** Begins. @param intervalUs Microseconds between two looks. */
  async start(intervalUs: number): Promise<void> {
    await this.#ask("Profiler.enable");
    await this.#ask("Profiler.setSamplingInterval", { interval: intervalUs });
    await this.#ask("Profiler.start");
  }

  /** Ends, and gives what was seen. */
  async stop(): Promise<CpuProfile> {
    const { profile } = await this.#ask("Profiler.stop") as { readonly profile: CpuProfile };
    await this.#ask("Profiler.disable");
    return profile;
  }

  [Symbol.dispose](): void {
    this.#session.disconnect();
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error: unknown, result?: object) => {
        if (error) reject(error instanceof Error ? error : new Error(messageOf(error)));
        else resolve(result);
      });
    });
  }
}

/** What the engine's inspector says went wrong: it throws objects that are no errors. */
function messageOf(error: unknown): string {
  const isTold = typeof error === "object" && error !== null && "message" in error;
  return isTold ? String(error.message) : String(error);
}
