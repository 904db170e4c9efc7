/**
 * One file that is sent: where it stands, what can happen to it, and what is to be done then. What follows from what is
 * in `step_out.ts`.
 *
 * @module
 */

import type { Source } from "./place.ts";
import type { End, Peer } from "./transfer.ts";

/** Somebody who answered. */
export interface Receiver {
  readonly name: string;
  /** Its session, as the server says. */
  readonly tag?: string | undefined;
  readonly state: "accepted" | "sent" | "done" | "have" | "declined" | "failed" | "moved";
  /** Where its bytes begin. */
  readonly offset: number;
  /** Whether it says how much it has. */
  readonly tells?: boolean | undefined;
  /** Bytes that it has, as it said last; `undefined` while it has said nothing. */
  readonly has?: number;
  /** SHA-256 of what went through, when the offer says none. */
  readonly relayed?: string | undefined;
  /** Why it failed, as a sentence; or was declined, as a word of the wire. */
  readonly reason?: string;
}

/** Where it stands. */
export type OutState =
  | { readonly kind: "reading" }
  | { readonly kind: "queued" }
  | { readonly kind: "offering" }
  | {
    readonly kind: "open";
    readonly id: string;
    /** How many were told whose client can take files. */
    readonly users: number;
    /** Folded name → receiver. */
    readonly receivers: ReadonlyMap<string, Receiver>;
  }
  | { readonly kind: "away"; readonly why: string }
  | { readonly kind: "ended"; readonly end: End };

/** A file that goes. */
export interface Outgoing {
  readonly n: number;
  readonly to: Peer;
  /** The session that had the user's name when it was offered first: it is for no other one under that name. */
  readonly tag: string | undefined;
  /** What it is called until it was read. */
  readonly title: string;
  /** The transfer that it is a part of: another one's number when it goes on to one who was cut off in a room. */
  readonly root: number;
  /** `undefined` until it was read. */
  readonly source: Source | undefined;
  readonly state: OutState;
  /** Whether the other side was ever there: then it is waited for. */
  readonly known: boolean;
  /** The receiver left with all bytes, but without the word that they are on its disk. */
  readonly unsaid: boolean;
  readonly tries: number;
}

/** What happens to it. */
export type OutEvent =
  | { readonly kind: "read"; readonly source: Source }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "slot" }
  /** Which session has the user's name. */
  | { readonly kind: "met"; readonly tag: string }
  | { readonly kind: "ack"; readonly id: string; readonly users: number }
  | { readonly kind: "refused"; readonly code: string; readonly reason: string }
  | {
    readonly kind: "accepted";
    readonly by: string;
    readonly offset: number;
    /** Whether its client says how much it has. */
    readonly tells?: boolean | undefined;
    readonly tag?: string | undefined;
  }
  | { readonly kind: "rejected"; readonly by: string; readonly reason?: string | undefined }
  | { readonly kind: "start"; readonly token: string | undefined; readonly offset: number }
  | {
    readonly kind: "through";
    readonly by: string | undefined;
    /** As the server says; `undefined` when it is not of the whole file. */
    readonly sha256?: string | undefined;
  }
  /** So many bytes are in its place, as the receiver says. */
  | { readonly kind: "progressed"; readonly by: string; readonly done: number }
  | { readonly kind: "received"; readonly by: string; readonly sha256: string }
  | {
    readonly kind: "cancelled";
    readonly by: string | undefined;
    readonly msg: string;
    readonly again: boolean;
    readonly left: boolean;
  }
  | { readonly kind: "gone"; readonly user: string }
  | { readonly kind: "arrived"; readonly user: string }
  | { readonly kind: "offline" }
  | { readonly kind: "online" }
  | { readonly kind: "retry" }
  | { readonly kind: "unconfirmed" }
  | { readonly kind: "late" }
  | { readonly kind: "cancel" };

/** What is to be done. */
export type OutEffect =
  | { readonly do: "slot" }
  /** Offers it, if the file is still the one that was read. */
  | { readonly do: "offer" }
  | { readonly do: "upload"; readonly token: string; readonly offset: number }
  | { readonly do: "cancel"; readonly id: string }
  | { readonly do: "drop" }
  | { readonly do: "retry"; readonly ms: number }
  | { readonly do: "accepted"; readonly by: string; readonly offset: number }
  /** Goes on sending to one who was offered it in a room. */
  | { readonly do: "spawn"; readonly user: string; readonly tag: string | undefined };

/** What follows. */
export interface OutStep {
  readonly transfer: Outgoing;
  readonly effects: readonly OutEffect[];
}

/** A file to be sent. */
export function outgoing(n: number, to: Peer, title: string): Outgoing {
  const common = {
    tag: undefined,
    source: undefined,
    known: false,
    unsaid: false,
    tries: 0,
  } as const;
  return { n, to, title, root: n, state: { kind: "reading" }, ...common };
}

/** The same file for one who was cut off in a room. */
export function spawned(
  n: number,
  { user, tag }: Pick<Extract<OutEffect, { do: "spawn" }>, "user" | "tag">,
  of: Outgoing,
): Outgoing {
  const state = { kind: "away", why: `${user} was cut off.` } as const;
  return { ...of, n, to: { user }, tag, state, known: true, unsaid: false, tries: 0 };
}

/** A user, or `#room`. */
export function peerName(to: Peer): string {
  return "user" in to ? to.user : `#${to.room}`;
}
