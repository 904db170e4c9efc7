/**
 * One file that is sent, from its name to the receiver's word that it has it, as a pure machine.
 *
 * ```text
 *   reading ─► queued ─ slot ─► offering ─► open ─┬─ everybody has answered, and has it or not ─► ended
 *                 ▲                               │
 *                 └─ back, or time to try ─ away ◄┘ the receiver has left, or we are cut off
 * ```
 *
 * While it is open, each receiver who answered has a state of its own: accepted, sent (all bytes are through), and
 * then had, declined or failed. An offer to a user has one receiver. Of an offer to a room those who accepted and
 * were cut off get it on their own from then on (`spawn`), so that nobody else is asked again.
 *
 * @module
 */

import { foldText } from "../names/mod.ts";
import { retryMs } from "./limits.ts";
import type { Source } from "./place.ts";
import type { End, Peer } from "./transfer.ts";

/** Somebody who answered. */
export interface Receiver {
  readonly name: string;
  readonly state: "accepted" | "sent" | "done" | "have" | "declined" | "failed" | "moved";
  /** Where its bytes begin. */
  readonly offset: number;
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
  | { readonly kind: "ack"; readonly id: string; readonly users: number }
  | { readonly kind: "refused"; readonly code: string; readonly reason: string }
  | { readonly kind: "accepted"; readonly by: string; readonly offset: number }
  | { readonly kind: "rejected"; readonly by: string; readonly reason?: string | undefined }
  | { readonly kind: "start"; readonly token: string | undefined; readonly offset: number }
  | {
    readonly kind: "through";
    readonly by: string | undefined;
    /** As the server says; `undefined` when it is not of the whole file. */
    readonly sha256?: string | undefined;
  }
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
  | { readonly do: "spawn"; readonly user: string };

/** What follows. */
export interface OutStep {
  readonly transfer: Outgoing;
  readonly effects: readonly OutEffect[];
}

/** A file to be sent. */
export function outgoing(n: number, to: Peer, title: string): Outgoing {
  const common = { source: undefined, known: false, unsaid: false, tries: 0 } as const;
  return { n, to, title, root: n, state: { kind: "reading" }, ...common };
}

/** The same file for one who was cut off in a room. */
export function spawned(n: number, user: string, of: Outgoing): Outgoing {
  const state = { kind: "away", why: `${user} was cut off.` } as const;
  return { ...of, n, to: { user }, state, known: true, unsaid: false, tries: 0 };
}

/** What follows from an event. An event that does not fit the state is late, and changes nothing. */
export function stepOut(transfer: Outgoing, event: OutEvent): OutStep {
  const { state } = transfer;
  switch (event.kind) {
    case "read":
      if (state.kind !== "reading") return same(transfer);
      return queued({ ...transfer, source: event.source });
    case "failed":
      return over(transfer, { kind: "failed", reason: event.reason });
    case "slot":
      if (state.kind !== "queued") return same(transfer);
      return { transfer: { ...transfer, state: { kind: "offering" } }, effects: [{ do: "offer" }] };
    case "ack":
      return onAck(transfer, event.id, event.users);
    case "refused":
      return onRefused(transfer, event.code, event.reason);
    case "cancel":
      return over(transfer, { kind: "cancelled" });
    case "late": {
      if (state.kind !== "away") return same(transfer);
      const name = peerName(transfer.to);
      const reason = transfer.unsaid
        ? `All bytes went to ${name}, who left without saying that they are on the disk.`
        : `${name} has not come back.`;
      return over(transfer, { kind: "failed", reason });
    }
    case "arrived": {
      const { to } = transfer;
      const expected = "user" in to && foldText(to.user) === foldText(event.user);
      return state.kind === "away" && expected ? queued({ ...transfer, tries: 0 }) : same(transfer);
    }
    case "online":
    case "retry":
      return state.kind === "away" ? queued(transfer) : same(transfer);
    case "offline":
      if (state.kind === "open") return cutOff(transfer, state);
      if (state.kind !== "offering" && state.kind !== "queued") return same(transfer);
      return away(transfer, OFFLINE);
    case "accepted":
    case "rejected":
    case "start":
    case "through":
    case "received":
    case "cancelled":
    case "gone":
    case "unconfirmed":
      return state.kind === "open" ? onOpen(transfer, state, event) : same(transfer);
    default:
      return event satisfies never;
  }
}

const OFFLINE = "The connection to the server was lost.";

type Open = Extract<OutState, { kind: "open" }>;
type OpenEvent = Extract<
  OutEvent,
  {
    kind:
      | "accepted"
      | "rejected"
      | "start"
      | "through"
      | "received"
      | "cancelled"
      | "gone"
      | "unconfirmed";
  }
>;

function onAck(transfer: Outgoing, id: string, users: number): OutStep {
  const { state, to } = transfer;
  // It was stopped meanwhile, or offered on a connection that is gone.
  if (state.kind !== "offering") return { transfer, effects: [{ do: "cancel", id }] };
  const open = { kind: "open", id, users, receivers: new Map<string, Receiver>() } as const;
  const next = { ...transfer, known: true, unsaid: false, tries: 0, state: open };
  if (users > 0) return { transfer: next, effects: [] };
  const reason = "user" in to
    ? `${to.user}'s client cannot take files.`
    : "Nobody there has a client that can take files.";
  return over(next, { kind: "failed", reason });
}

function onRefused(transfer: Outgoing, code: string, reason: string): OutStep {
  if (transfer.state.kind !== "offering") return same(transfer);
  const passes = code === "busy" || (code === "not_found" && transfer.known) || code === "closed";
  return passes ? away(transfer, reason) : over(transfer, { kind: "failed", reason });
}

function onOpen(transfer: Outgoing, state: Open, event: OpenEvent): OutStep {
  const { source, to } = transfer;
  switch (event.kind) {
    case "start":
      if (event.token === undefined) return same(transfer);
      return {
        transfer,
        effects: [{ do: "upload", token: event.token, offset: event.offset }],
      };
    case "accepted": {
      const { by, offset } = event;
      const step = answered(transfer, state, { name: by, state: "accepted", offset });
      return { ...step, effects: [...step.effects, { do: "accepted", by, offset }] };
    }
    case "rejected":
      return answered(transfer, state, {
        name: event.by,
        state: "declined",
        offset: 0,
        ...(event.reason === undefined ? {} : { reason: event.reason }),
      });
    case "through": {
      const receiver = receiverOf(state, event.by, to);
      if (receiver?.state !== "accepted") return same(transfer);
      return answered(transfer, state, { ...receiver, state: "sent", relayed: event.sha256 });
    }
    case "received": {
      const { by, sha256 } = event;
      const receiver = receiverOf(state, by, to);
      if (receiver === undefined || isFinal(receiver)) return same(transfer);
      // Without either, its word is all there is.
      const own = source?.sha256 ?? receiver.relayed ?? sha256;
      if (sha256.toLowerCase() !== own.toLowerCase()) {
        const reason = `What ${by} has is not the file: its SHA-256 differs.`;
        return answered(transfer, state, { ...receiver, state: "failed", reason });
      }
      const have = receiver.offset === source?.size && source.size > 0;
      return answered(transfer, state, { ...receiver, state: have ? "have" : "done" });
    }
    case "cancelled":
      return onCancelled(transfer, state, event);
    case "gone": {
      const receiver = receiverOf(state, event.user, to);
      return receiver?.state === "sent"
        ? lost(transfer, state, receiver, `${event.user} has left.`)
        : same(transfer);
    }
    case "unconfirmed": {
      const silent = [...state.receivers.values()].find(({ state }) => state === "sent");
      if (silent === undefined) return same(transfer);
      const reason =
        `All bytes went to ${silent.name}, whose client has not said that they are on ` +
        "the disk.";
      return answered(transfer, state, { ...silent, state: "failed", reason });
    }
    default:
      return event satisfies never;
  }
}

function onCancelled(
  transfer: Outgoing,
  state: Open,
  { by, msg, again, left }: Extract<OutEvent, { kind: "cancelled" }>,
): OutStep {
  if (by === undefined) return finished(transfer, { ...state, users: state.receivers.size }, msg);
  const known = state.receivers.get(foldText(by));
  if (known !== undefined && isFinal(known)) return same(transfer);
  if (again) {
    const receivers = new Map(state.receivers);
    receivers.delete(foldText(by));
    return { transfer: { ...transfer, state: { ...state, receivers } }, effects: [] };
  }
  const receiver = known ?? { name: by, state: "accepted", offset: 0 } as const;
  if (left && (known !== undefined || "user" in transfer.to)) {
    return lost(transfer, state, receiver, msg);
  }
  return answered(transfer, state, { ...receiver, state: "failed", reason: msg });
}

/** A receiver is cut off before it had all: once it is back, it is offered the rest. */
function lost(transfer: Outgoing, state: Open, receiver: Receiver, why: string): OutStep {
  const unsaid = receiver.state === "sent";
  if ("user" in transfer.to) return away({ ...transfer, unsaid }, why);
  const step = answered(transfer, state, { ...receiver, state: "moved" });
  return { ...step, effects: [{ do: "spawn", user: receiver.name }, ...step.effects] };
}

/** The server is out of reach, and with it the offer is gone. */
function cutOff(transfer: Outgoing, state: Open): OutStep {
  if ("user" in transfer.to || state.receivers.size === 0) return away(transfer, OFFLINE);
  const open = [...state.receivers.values()].filter((receiver) => !isFinal(receiver));
  const receivers = new Map(state.receivers);
  for (const receiver of open) {
    receivers.set(foldText(receiver.name), { ...receiver, state: "moved" });
  }
  const step = finished(transfer, { ...state, users: receivers.size, receivers }, OFFLINE);
  const spawned = open.map(({ name }) => ({ do: "spawn", user: name } as const));
  return { ...step, effects: [...spawned, ...step.effects] };
}

function answered(transfer: Outgoing, state: Open, receiver: Receiver): OutStep {
  const receivers = new Map(state.receivers).set(foldText(receiver.name), receiver);
  return finished(transfer, { ...state, receivers });
}

/** Ends it if nobody is left who could still answer or get it. */
function finished(transfer: Outgoing, state: Open, msg?: string): OutStep {
  const all = [...state.receivers.values()];
  if (all.length < state.users || !all.every(isFinal)) {
    return { transfer: { ...transfer, state }, effects: [] };
  }
  return over({ ...transfer, state }, endOf(all, msg ?? "Nobody answered."));
}

function endOf(receivers: readonly Receiver[], nobody: string): End {
  const names = (...states: readonly Receiver["state"][]): string =>
    receivers.filter(({ state }) => states.includes(state)).map(({ name }) => name).join(", ");
  const failed = receivers.find(({ state }) => state === "failed");
  const [have, done] = [names("have"), names("have", "done")];
  if (failed !== undefined && (receivers.length === 1 || done === "")) {
    return { kind: "failed", reason: failed.reason ?? nobody };
  }
  if (failed !== undefined) {
    return { kind: "failed", reason: `${failed.reason} It arrived at ${done}.` };
  }
  if (done !== "") {
    return done === have ? { kind: "have" } : { kind: "done", text: done };
  }
  if (names("moved") !== "") return { kind: "split" };
  if (names("declined") === "") return { kind: "failed", reason: nobody };
  // Of several who declined, each had a reason of its own.
  const [only, ...others] = receivers;
  const reason = others.length === 0 ? only?.reason : undefined;
  return { kind: "declined", ...(reason === undefined ? {} : { reason }) };
}

function isFinal({ state }: Receiver): boolean {
  return state !== "accepted" && state !== "sent";
}

/** A foreign server may leave out who it was. */
function receiverOf(state: Open, by: string | undefined, to: Peer): Receiver | undefined {
  const name = by ?? ("user" in to ? to.user : "");
  return state.receivers.get(foldText(name));
}

function queued(transfer: Outgoing): OutStep {
  return { transfer: { ...transfer, state: { kind: "queued" } }, effects: [{ do: "slot" }] };
}

function away(transfer: Outgoing, why: string): OutStep {
  const { tries } = transfer;
  return {
    transfer: { ...transfer, tries: tries + 1, state: { kind: "away", why } },
    effects: [{ do: "retry", ms: Math.max(500, retryMs(tries)) }],
  };
}

function over(transfer: Outgoing, end: End): OutStep {
  const { state } = transfer;
  if (state.kind === "ended") return same(transfer);
  const cancel = state.kind === "open" ? [{ do: "cancel", id: state.id } as const] : [];
  return {
    transfer: { ...transfer, state: { kind: "ended", end } },
    effects: [{ do: "drop" }, ...cancel],
  };
}

/** A user, or `#room`. */
export function peerName(to: Peer): string {
  return "user" in to ? to.user : `#${to.room}`;
}

function same(transfer: Outgoing): OutStep {
  return { transfer, effects: [] };
}
