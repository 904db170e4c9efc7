/**
 * A transfer's machine → what is shown of it, and what is told of a step.
 *
 * @module
 */

import type { Incoming } from "./incoming.ts";
import { type Outgoing, peerName, type Receiver } from "./outgoing.ts";
import type { Progress } from "./progress.ts";
import type { News, Phase, TransferView } from "./transfer.ts";

/** A transfer in either direction. */
export type Transfer = Incoming | Outgoing;

/** Whether it comes to us. */
export function isIncoming(transfer: Transfer): transfer is Incoming {
  return "offer" in transfer;
}

/** Whether it has ended. */
export function isOver({ state }: Transfer): boolean {
  return state.kind === "ended";
}

/** Whether it takes one of the places that there are at once. */
export function isMoving({ state }: Transfer): boolean {
  switch (state.kind) {
    case "preparing":
    case "accepting":
    case "receiving":
    case "offering":
    case "open":
      return true;
    default:
      return false;
  }
}

/** Whether the other side is away, or we are: that is not waited for without end. */
export function isAlone(transfer: Transfer): boolean {
  const { state } = transfer;
  if (isIncoming(transfer)) return "id" in state && state.id === undefined;
  return state.kind === "away" || state.kind === "queued" || state.kind === "offering";
}

/** Whether all bytes went to somebody whose word is missing that they are there. */
export function isUnconfirmed(transfer: Transfer): boolean {
  if (isIncoming(transfer) || transfer.state.kind !== "open") return false;
  return [...transfer.state.receivers.values()].some(({ state }) => state === "sent");
}

/**
 * Bytes of a file that have arrived with everybody who takes it, when so many were sent: those whose clients say how much
 * they have are believed, of others it is not known.
 */
export function arrivedOf(transfer: Transfer | undefined, sent: number): number {
  if (transfer === undefined || isIncoming(transfer) || transfer.state.kind !== "open") return sent;
  const taking = [...transfer.state.receivers.values()]
    .filter(({ state }) => state === "accepted" || state === "sent");
  return Math.min(sent, ...taking.map(({ offset, has = offset, tells }) => tells ? has : sent));
}

/** What is shown of it. */
export function viewOf(transfer: Transfer, progress: Progress | undefined): TransferView {
  const { n, state } = transfer;
  const end = state.kind === "ended" ? state.end : undefined;
  const common = { n, phase: phaseOf(transfer), progress, end };
  if (isIncoming(transfer)) {
    const { from, room, offer: { name, size, sha256 } } = transfer;
    return { ...common, root: n, way: "in", peer: from, room, name, size, sha256 };
  }
  const { to, root, source, title } = transfer;
  const name = source?.name ?? title;
  const room = "room" in to ? to.room : undefined;
  const [size, sha256] = [source?.size, source?.sha256];
  return { ...common, root, way: "out", peer: peerName(to), room, name, size, sha256 };
}

/** What people want to be told of a step. */
export function newsOf(before: Transfer, after: Transfer, transfer: TransferView): News[] {
  const { state } = after;
  if (state.kind === "ended" && before.state.kind !== "ended") {
    return [{ kind: "ended", transfer, end: state.end }];
  }
  // Its further tries are of no interest until one succeeds.
  const fresh = before.state.kind === "open" ||
    (before.state.kind === "offering" && "tries" in before && before.tries === 0);
  if (state.kind === "away" && fresh) return [{ kind: "away", transfer, why: state.why }];
  const wait = state.kind === "waiting" && state.id === undefined;
  if (wait && before.state.kind !== "waiting") {
    return [{ kind: "away", transfer, why: state.why }];
  }
  return [];
}

function phaseOf(transfer: Transfer): Phase {
  const { state } = transfer;
  switch (state.kind) {
    case "offered":
    case "queued":
    case "reading":
    case "away":
    case "ended":
      return state.kind;
    case "preparing":
      return "reading";
    case "offering":
    case "accepting":
      return "asking";
    case "receiving":
      return "moving";
    case "waiting":
      return "away";
    case "open": {
      const all = [...state.receivers.values()];
      const size = isIncoming(transfer) ? undefined : transfer.source?.size;
      if (all.some((one) => one.state === "accepted" || isBehind(one, size))) return "moving";
      return all.some(({ state }) => state === "sent") ? "sent" : "asking";
    }
    default:
      return state satisfies never;
  }
}

/** Whether all bytes went out to somebody who has not got them all. */
function isBehind({ state, tells, has = 0 }: Receiver, size = 0): boolean {
  return state === "sent" && tells === true && has < size;
}
