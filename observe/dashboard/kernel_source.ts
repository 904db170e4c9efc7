/**
 * Where kernel figures come from: an observer of one's own, one that was started apart, or the reason why there is none.
 *
 * @module
 */

import type { Observer } from "../mod.ts";

/** What comes of a try to listen to an observer: one that tells, or why nobody does, in words that go on a sentence. */
export type Listened =
  | { readonly kind: "observer"; readonly observer: Observer }
  | { readonly kind: "nobody"; readonly why: string };

/** What to type, a line each, so that the kernel's figures come; `pid` is the server's process where that is known. */
export type Commands = (pid: number | undefined) => readonly string[];

/** Where kernel figures come from. All sentences are for people. */
export type KernelSource =
  /** One's own observer of a given process. When that has ended, there is none any more. */
  | { readonly kind: "watching"; readonly observer: Observer; readonly commands?: Commands }
  /** One's own observer of whatever process the server says to be: after a restart, of the next. */
  | {
    readonly kind: "server";
    /** Rejects with an `Error` whose message is a sentence without a full stop. */
    readonly watch: (pid: number) => Promise<Observer>;
  }
  /** An observer that was started apart: it may have been at work for long, come later, and come again. */
  | {
    readonly kind: "socket";
    /** Where it tells, for people. */
    readonly path: string;
    /** Tries once. An abort ends the try. */
    readonly listen: (signal: AbortSignal) => Promise<Listened>;
    readonly commands?: Commands;
  }
  | {
    readonly kind: "absent";
    readonly why: string;
    readonly remedy: string;
    readonly commands?: Commands;
  };
