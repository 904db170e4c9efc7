/**
 * One file that somebody offers, from the offer to its end, as a pure machine.
 *
 * ```text
 *   offered ─ yes ─► queued ─ slot ─► preparing ─► accepting ─ StartDownload ─► receiving ─► ended
 *      ▲               ▲                                           │ broke          │ the disk refuses
 *      │               └── offered again, may be accepted again ── waiting ◄────────┤
 *      └────────────────────────────────────────────────────────────────────────────┘
 * ```
 *
 * A yes holds until the end: after a break of either side or of the server it goes on by itself as soon as the
 * sender offers the same file again. `id` is the server's name of the offer; without one the sender is away, or
 * we are. Nothing here knows disks or sockets: effects say what is to be done, and come back as events.
 *
 * @module
 */

import type { FileOffered } from "../messages.ts";
import { foldText } from "../names/mod.ts";
import type { TransferAddress } from "../transfer.ts";
import { RETRIES_MAX, retryMs } from "./limits.ts";
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
  /** `owed` is what the sender has not been told yet: the SHA-256 on the disk. */
  | { readonly kind: "ended"; readonly end: End; readonly owed: string | undefined };

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
  | { readonly kind: "no" }
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
  | { readonly do: "confirm"; readonly id: string; readonly sha256: string }
  | { readonly do: "retry"; readonly ms: number }
  | { readonly do: "resuming"; readonly offset: number }
  | { readonly do: "stopped"; readonly reason: string };

/** What follows. */
export interface InStep {
  readonly transfer: Incoming;
  readonly effects: readonly InEffect[];
}

/** What is offered; the same name on another server is another sender. */
export function offerOf(
  { from, filename: name, size, sha256 }: FileOffered,
  { host = "127.0.0.1", port }: TransferAddress,
): Offer {
  const known = sha256 === undefined ? {} : { sha256: sha256.toLowerCase() };
  return { from: `${foldText(from)} at ${host}:${port}`, name, size, ...known };
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

/** What follows from an event. An event that does not fit the state is late, and changes nothing. */
export function stepIn(transfer: Incoming, event: InEvent): InStep {
  const { state, offer, from } = transfer;
  const to = (state: InState, ...effects: readonly InEffect[]): InStep => ({
    transfer: { ...transfer, state },
    effects,
  });
  switch (event.kind) {
    case "offer":
      return onOffer(transfer, event.id);
    case "yes":
      if (state.kind !== "offered") return same(transfer);
      if (state.id === undefined) return to(waiting(`${from} is away.`));
      return to({ kind: "queued", id: state.id }, { do: "slot" });
    case "no":
      if (state.kind !== "offered") return same(transfer);
      return to(
        ended({ kind: "declined" }),
        ...(state.id === undefined ? [] : [{ do: "reject", id: state.id } as const]),
      );
    case "slot":
      if (state.kind !== "queued") return same(transfer);
      if (state.id === undefined) return to(waiting(`${from} is away.`));
      return to({ kind: "preparing", id: state.id }, { do: "prepare" });
    case "ready": {
      const { offset } = event;
      if (state.kind !== "preparing") return to(state, { do: "drop" });
      const { id } = state;
      if (id === undefined) return to(waiting(`${from} is away.`), { do: "drop" });
      const resuming = offset > 0 ? [{ do: "resuming", offset } as const] : [];
      return to({ kind: "accepting", id, offset }, ...resuming, { do: "accept", id, offset });
    }
    case "have": {
      if (state.kind !== "preparing") return same(transfer);
      const { sha256 = "" } = offer;
      const end = ended({ kind: "have", path: event.path }, sha256);
      return to(end, ...toldAll(transfer, state.id, sha256));
    }
    case "unable": {
      if (state.kind !== "preparing") return same(transfer);
      const { reason, hindrance } = event;
      const { id } = state;
      return to(
        ended({ kind: "failed", reason }),
        ...(id === undefined ? [] : [{ do: "reject", id, hindrance } as const]),
      );
    }
    case "refused": {
      if (state.kind !== "accepting") return same(transfer);
      const { code, reason } = event;
      if (code === "not_found") return to(waiting(`${from} is away.`), { do: "drop" });
      if (code === "busy") return again(transfer, state.id, reason);
      return to(ended({ kind: "failed", reason }), { do: "drop" });
    }
    case "start":
      if (state.kind !== "accepting" || state.id !== event.id) return same(transfer);
      return to(
        { kind: "receiving", id: state.id, next: undefined, cut: false },
        { do: "download", token: event.token },
      );
    case "taken":
      return onTaken(transfer, event.end);
    case "through":
      return same(transfer);
    case "told":
      return state.kind === "ended" ? to({ ...state, owed: undefined }) : same(transfer);
    case "cancelled":
      return onCancelled(transfer, event);
    case "offline":
      return onAway(transfer, "The connection to the server was lost.");
    case "retry":
      if (state.kind !== "waiting" || state.id === undefined) return same(transfer);
      return to({ kind: "queued", id: state.id }, { do: "slot" });
    case "late":
      if (state.kind !== "waiting" && state.kind !== "offered") return same(transfer);
      if (state.id !== undefined) return same(transfer);
      return to(ended({ kind: "failed", reason: `${from} has not come back.` }));
    case "cancel":
      return onCancel(transfer);
    default:
      return event satisfies never;
  }
}

/** Whether a fresh offer of the same file is this one's, and not another one beside it. */
export function awaitsOffer({ state, offer: own }: Incoming, offer: Offer): boolean {
  const same = offer.sha256 !== undefined && own.sha256 === offer.sha256 &&
    own.from === offer.from && own.name === offer.name && own.size === offer.size;
  if (!same) return false;
  switch (state.kind) {
    case "offered":
    case "queued":
    case "preparing":
    case "waiting":
      return state.id === undefined;
    case "receiving":
      return state.cut;
    case "accepting":
      return false;
    case "ended":
      return state.owed !== undefined;
    default:
      return state satisfies never;
  }
}

function onOffer(transfer: Incoming, id: string): InStep {
  const { state } = transfer;
  const to = (state: InState, ...effects: readonly InEffect[]): InStep => ({
    transfer: { ...transfer, state },
    effects,
  });
  switch (state.kind) {
    case "offered":
    case "queued":
    case "preparing":
      return to({ ...state, id });
    case "accepting":
      // The offer that was accepted is over, though nobody has said so yet.
      return to({ kind: "queued", id }, { do: "drop" }, { do: "slot" });
    case "receiving":
      return to({ ...state, next: id, cut: false });
    case "waiting":
      return to({ kind: "queued", id }, { do: "slot" });
    case "ended":
      // Its sender does not know that it arrived.
      return to(state, ...(state.owed === undefined ? [] : toldAll(transfer, id, state.owed)));
    default:
      return state satisfies never;
  }
}

function onTaken(transfer: Incoming, end: SinkEnd): InStep {
  const { state, from } = transfer;
  if (state.kind !== "receiving") return same(transfer);
  const id = state.next ?? state.id;
  const to = (state: InState, ...effects: readonly InEffect[]): InStep => ({
    transfer: { ...transfer, state },
    effects,
  });
  switch (end.kind) {
    case "done": {
      const { path, sha256 } = end;
      return to(ended({ kind: "done", path }, sha256), { do: "confirm", id, sha256 });
    }
    case "mismatch": {
      const kept = end.path === undefined ? "" : ` It is kept as ${end.path}.`;
      const reason = `It is not the file that was offered: its SHA-256 differs.${kept}`;
      // Its sender compares, too, and so learns that it is damaged.
      return to(ended({ kind: "failed", reason }), { do: "confirm", id, sha256: end.sha256 });
    }
    case "partial": {
      const { why, offset, reason } = end;
      const tries = offset > transfer.saved ? 0 : transfer.tries + 1;
      const kept = { ...transfer, tries, saved: offset };
      if (why === "disk_full" || why === "disk" || why === "too_much") {
        const stopped = { kind: "offered", id: state.next } as const;
        return { transfer: { ...kept, state: stopped }, effects: [{ do: "stopped", reason }] };
      }
      if (state.next !== undefined) return again(kept, state.next, reason);
      return { transfer: { ...kept, state: waiting(`${from}: ${reason}`) }, effects: [] };
    }
    default:
      return end satisfies never;
  }
}

function onCancelled(
  transfer: Incoming,
  { id, msg, again: stands, left }: Extract<InEvent, { kind: "cancelled" }>,
): InStep {
  const { state } = transfer;
  if (left) return onAway(transfer, msg);
  switch (state.kind) {
    case "ended":
      return same(transfer);
    case "receiving":
      if (stands) return { transfer: { ...transfer, state: { ...state, next: id } }, effects: [] };
      break;
    case "offered":
    case "queued":
    case "preparing":
      if (stands) return { transfer: { ...transfer, state: { ...state, id } }, effects: [] };
      break;
    case "accepting":
    case "waiting":
      if (stands) return again(transfer, id, msg);
      break;
    default:
      return state satisfies never;
  }
  const end = ended({ kind: "failed", reason: msg });
  return { transfer: { ...transfer, state: end }, effects: [{ do: "drop" }] };
}

/** The sender has left, or the server is out of reach. What is on its way ends by itself. */
function onAway(transfer: Incoming, why: string): InStep {
  const { state } = transfer;
  const to = (state: InState, ...effects: readonly InEffect[]): InStep => ({
    transfer: { ...transfer, state },
    effects,
  });
  switch (state.kind) {
    case "offered":
    case "queued":
    case "preparing":
      return to({ ...state, id: undefined });
    case "accepting":
      return to(waiting(why), { do: "drop" });
    case "receiving":
      return to({ ...state, next: undefined, cut: true });
    case "waiting":
      return to({ ...state, id: undefined });
    case "ended":
      return same(transfer);
    default:
      return state satisfies never;
  }
}

function onCancel(transfer: Incoming): InStep {
  const { state } = transfer;
  if (state.kind === "ended") return same(transfer);
  const untouched = state.kind === "offered" || state.kind === "queued" ||
    state.kind === "preparing";
  const tell: readonly InEffect[] = state.id === undefined
    ? []
    : [{ do: untouched ? "reject" : "cancel", id: state.id }];
  const end = ended({ kind: "cancelled" });
  return { transfer: { ...transfer, state: end }, effects: [{ do: "drop" }, ...tell] };
}

/** A further try at an offer that stands: soon, but not for ever without getting on. */
function again(transfer: Incoming, id: string, why: string): InStep {
  const { tries } = transfer;
  if (tries >= RETRIES_MAX) {
    const end = ended({ kind: "failed", reason: `${RETRIES_MAX} tries brought nothing: ${why}` });
    return { transfer: { ...transfer, state: end }, effects: [{ do: "drop" }] };
  }
  return {
    transfer: { ...transfer, tries: tries + 1, state: { kind: "waiting", id, why } },
    effects: [{ do: "drop" }, { do: "retry", ms: retryMs(tries) }],
  };
}

/** Nothing needs to be sent: that is said by accepting from the end on, and then for good. */
function toldAll(transfer: Incoming, id: string | undefined, sha256: string): InEffect[] {
  if (id === undefined) return [];
  const { size } = transfer.offer;
  return [{ do: "accept", id, offset: size }, { do: "confirm", id, sha256 }];
}

function same(transfer: Incoming): InStep {
  return { transfer, effects: [] };
}

function waiting(why: string): InState {
  return { kind: "waiting", id: undefined, why };
}

function ended(end: End, owed?: string): InState {
  return { kind: "ended", end, owed };
}
