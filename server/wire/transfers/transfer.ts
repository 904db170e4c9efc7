/**
 * What a transfer is for people: a number, a file, somebody at the other end, and how it ends.
 *
 * The two machines, `incoming.ts` and `outgoing.ts`, are pure; `transfers.ts` runs them. This file holds what
 * all of them share.
 *
 * @module
 */

import type { Hindrance } from "./place.ts";
import type { Progress } from "./progress.ts";

/** To whom a file goes. */
export type Peer = { readonly user: string } | { readonly room: string };

/** How a transfer ends. */
export type End =
  /** It is whole at the receiver, and was compared. `path` on the receiver's side only. */
  | { readonly kind: "done"; readonly path?: string | undefined; readonly text?: string }
  /** The receiver had it already: nothing was sent. */
  | { readonly kind: "have"; readonly path?: string }
  /** The receiver did not want it, or could not take it: a word of the wire, which need not be known. */
  | { readonly kind: "declined"; readonly reason?: string }
  /** Those who accepted in a room get the rest on their own: a transfer for each goes on. */
  | { readonly kind: "split" }
  /** Stopped from this side. */
  | { readonly kind: "cancelled" }
  /** Why, as a sentence. What has arrived is kept. `untaken` when it ended before anything of it came here. */
  | { readonly kind: "failed"; readonly reason: string; readonly untaken?: true };

/** Where a transfer stands. */
export type Phase =
  /** The user has to say yes or no. */
  | "offered"
  /** Others go first. */
  | "queued"
  /** The disk is read: what is sent, or what has arrived before. */
  | "reading"
  /** The other side is asked, or the server. */
  | "asking"
  | "moving"
  /** All bytes are through; the receiver's word is missing. */
  | "sent"
  /** Broke off; goes on by itself when both sides are back. */
  | "away"
  | "ended";

/** A transfer as it is shown. Texts in it come from others: print them through `safeText`. */
export interface TransferView {
  /** By which people name it; never used twice. */
  readonly n: number;
  /** The number of the transfer that this one goes on for; its own one otherwise. */
  readonly root: number;
  readonly way: "in" | "out";
  /** The other user, or `#room`. */
  readonly peer: string;
  /** The room to which the file is offered; `undefined` when to one user. */
  readonly room: string | undefined;
  readonly name: string;
  /** Bytes; of a file to be sent not known before it was read. */
  readonly size: number | undefined;
  /** Of the whole file, in hexadecimal, as its offer says. */
  readonly sha256: string | undefined;
  readonly phase: Phase;
  readonly progress: Progress | undefined;
  readonly end: End | undefined;
}

/** Something that people want to be told. */
export type News =
  /** Somebody offers a file. */
  | { readonly kind: "offered"; readonly transfer: TransferView }
  /** Somebody takes it; `offset` is where it begins. */
  | { readonly kind: "accepted"; readonly transfer: TransferView; readonly by: string }
  /** It goes on where it broke off. */
  | { readonly kind: "resuming"; readonly transfer: TransferView; readonly offset: number }
  /** It waits for somebody to come back. */
  | { readonly kind: "away"; readonly transfer: TransferView; readonly why: string }
  /** The receiver's disk refused; its user may accept again. */
  | {
    readonly kind: "stopped";
    readonly transfer: TransferView;
    readonly reason: string;
    /** What its sender may know of that, if it is not to be accepted again. */
    readonly hindrance: Hindrance;
  }
  /** Its outcome. One for each transfer. */
  | { readonly kind: "ended"; readonly transfer: TransferView; readonly end: End };
