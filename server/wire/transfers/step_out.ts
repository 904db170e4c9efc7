/**
 * One file that is sent, from its name to the receiver's word that it has it, as a pure machine.
 *
 * ```text
 *   reading ─► queued ─ slot ─► offering ─► open ─┬─ everybody has answered, and has it or not ─► ended
 *                 ▲                               │
 *                 └─ back, or time to try ─ away ◄┘ the receiver has left, or we are cut off
 * ```
 *
 * A file for a user is for the session that had the name when it was offered first: who takes the name later is
 * offered nothing, and the transfer waits for the right one.
 *
 * While it is open, each receiver who answered has a state of its own: accepted, sent (all bytes are through), and
 * then had, declined or failed. An offer to a user has one receiver. Of an offer to a room those who accepted and
 * were cut off get it on their own from then on (`spawn`), so that nobody else is asked again.
 *
 * @module
 */

import { foldText } from "../names/mod.ts";
import { retryMs } from "./limits.ts";
import { endOf, isFinal } from "./outcome.ts";
import {
  type OutEvent,
  type Outgoing,
  type OutState,
  type OutStep,
  peerName,
  type Receiver,
} from "./outgoing.ts";
import type { End, Peer } from "./transfer.ts";

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
    case "met":
      return { transfer: { ...transfer, tag: transfer.tag ?? event.tag }, effects: [] };
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
    case "progressed":
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
      | "progressed"
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
      const { by, offset, tells, tag } = event;
      const step = answered(transfer, state, { name: by, tag, state: "accepted", offset, tells });
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
    case "progressed": {
      const receiver = receiverOf(state, event.by, to);
      if (receiver === undefined || isFinal(receiver)) return same(transfer);
      const { size = 0 } = source ?? {};
      return answered(transfer, state, { ...receiver, has: Math.min(event.done, size) });
    }
    case "received": {
      const { by, sha256 } = event;
      const receiver = receiverOf(state, by, to) ?? beforehand(transfer, by);
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
  return {
    ...step,
    effects: [{ do: "spawn", user: receiver.name, tag: receiver.tag }, ...step.effects],
  };
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
  const spawned = open.map(({ name, tag }) => ({ do: "spawn", user: name, tag } as const));
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

/** A foreign server may leave out who it was. */
function receiverOf(state: Open, by: string | undefined, to: Peer): Receiver | undefined {
  const name = by ?? ("user" in to ? to.user : "");
  return state.receivers.get(foldText(name));
}

/**
 * Somebody who has the whole file though this offer was not accepted: it came by an offer before, whose end the server did
 * not live to tell.
 */
function beforehand({ source, to }: Outgoing, by: string): Receiver | undefined {
  const expected = "room" in to || foldText(to.user) === foldText(by);
  if (!expected || source?.sha256 === undefined) return undefined;
  return { name: by, state: "accepted", offset: 0 };
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

function same(transfer: Outgoing): OutStep {
  return { transfer, effects: [] };
}
