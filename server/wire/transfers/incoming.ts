/**
 * One file that somebody offers: where it stands, what can happen to it, and what is to be done then. What follows from what
 * is in `step_in.ts`.
 *
 * `id` is everywhere the server's name of the offer; without one the sender is away, or we are.
 *
 * @module
 */

import type { Hindrance, Offer, SinkEnd } from "./place.ts";
import type { End } from "./transfer.ts";

/** Where it stands. */
export type InState =
  | { readonly kind: "offered"; readonly id: string | undefined }
  | { readonly kind: "queued"; readonly id: string | undefined }
  | { readonly kind: "preparing"; readonly id: string | undefined }
  | { readonly kind: "accepting"; readonly id: string; readonly offset: number }
  /** `next` is an offer that stands when this try has ended; `cut` when the one that was accepted is over. */
  | {
    readonly kind: "receiving";
    readonly id: string;
    readonly next: string | undefined;
    readonly cut: boolean;
  }
  /** With `id` a further try is due soon. */
  | { readonly kind: "waiting"; readonly id: string | undefined; readonly why: string }
  /** `owed` is what the sender has not been told yet. */
  | { readonly kind: "ended"; readonly end: End; readonly owed: Owed | undefined };

/** What a sender has to be told once its offer can be named. */
export type Owed =
  /** The file lies in its place, with this SHA-256. */
  | { readonly kind: "word"; readonly sha256: string }
  /** It is not taken, and why. */
  | { readonly kind: "no"; readonly hindrance: Hindrance };

/** A file that comes. */
export interface Incoming {
  readonly n: number;
  readonly offer: Offer;
  /** The sender as people know it. */
  readonly from: string;
  /** The room to which it is offered; `undefined` when to us alone. */
  readonly room: string | undefined;
  readonly state: InState;
  /** Tries in a row that brought nothing. */
  readonly tries: number;
  /** Bytes that were on the disk when it broke last. */
  readonly saved: number;
}

/** What happens to it. */
export type InEvent =
  | { readonly kind: "offer"; readonly id: string }
  | { readonly kind: "yes" }
  /** `hindrance` is why, when it is not that nobody wants it. */
  | { readonly kind: "no"; readonly hindrance?: Hindrance | undefined }
  /** Others need its place among the offers that wait for an answer. */
  | { readonly kind: "crowded" }
  | { readonly kind: "slot" }
  | { readonly kind: "ready"; readonly offset: number }
  | { readonly kind: "have"; readonly path: string }
  /** `hindrance` is what the sender is told of it. */
  | { readonly kind: "unable"; readonly reason: string; readonly hindrance: Hindrance }
  | { readonly kind: "refused"; readonly code: string; readonly reason: string }
  | { readonly kind: "start"; readonly id: string; readonly token: string | undefined }
  | { readonly kind: "taken"; readonly end: SinkEnd }
  /** The server says that all bytes are through, which `taken` knows better. */
  | { readonly kind: "through" }
  | { readonly kind: "told"; readonly id: string }
  | {
    readonly kind: "cancelled";
    readonly id: string;
    readonly msg: string;
    readonly again: boolean;
    readonly left: boolean;
  }
  | { readonly kind: "offline" }
  | { readonly kind: "retry" }
  | { readonly kind: "late" }
  | { readonly kind: "cancel" };

/** What is to be done. */
export type InEffect =
  | { readonly do: "slot" }
  | { readonly do: "prepare" }
  | { readonly do: "accept"; readonly id: string; readonly offset: number }
  | { readonly do: "reject"; readonly id: string; readonly hindrance?: Hindrance }
  | { readonly do: "cancel"; readonly id: string }
  | { readonly do: "download"; readonly token: string | undefined }
  /** Ends what is under way: gives up what was prepared, closes the connection. */
  | { readonly do: "drop" }
  /** `stale` when the offer of that name is over, so that the server may not know it any more. */
  | {
    readonly do: "confirm";
    readonly id: string;
    readonly sha256: string;
    readonly stale?: true;
  }
  | { readonly do: "retry"; readonly ms: number }
  | { readonly do: "resuming"; readonly offset: number }
  | { readonly do: "stopped"; readonly reason: string; readonly hindrance: Hindrance };

/** What follows. */
export interface InStep {
  readonly transfer: Incoming;
  readonly effects: readonly InEffect[];
}

/** A fresh offer. */
export function incoming(
  n: number,
  from: string,
  offer: Offer,
  id: string,
  room?: string,
): Incoming {
  return { n, from, room, offer, state: { kind: "offered", id }, tries: 0, saved: 0 };
}
