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

import type { Incoming, InEffect, InEvent, InState, InStep, Owed } from "./incoming.ts";
import { RETRIES_MAX, retryMs } from "./limits.ts";
import type { Hindrance, SinkEnd } from "./place.ts";
import type { End } from "./transfer.ts";

/** What follows from an event. An event that does not fit the state is late, and changes nothing. */
export function stepIn(transfer: Incoming, event: InEvent): InStep {
  const { state, offer, from } = transfer;
  const to = stepsOf(transfer);
  switch (event.kind) {
    case "offer":
      return onOffer(transfer, event.id);
    case "yes":
      if (state.kind !== "offered") return same(transfer);
      if (state.id === undefined) return to(waiting(`${from} is away.`));
      return to({ kind: "queued", id: state.id }, { do: "slot" });
    case "no":
      return onNo(transfer, event.hindrance);
    case "crowded": {
      if (state.kind !== "offered") return same(transfer);
      const end = untaken("Too many offers were open at once.");
      const { id } = state;
      return to(
        ended(end),
        ...(id === undefined ? [] : [{ do: "reject", id, hindrance: "busy" } as const]),
      );
    }
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
      const end = ended({ kind: "have", path: event.path }, { kind: "word", sha256 });
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
      return to(ended(failedSo(transfer, `${from} has not come back.`)));
    case "cancel":
      return onCancel(transfer);
    default:
      return event satisfies never;
  }
}

/** Steps of a transfer into another state, each with what is to be done then. */
function stepsOf(transfer: Incoming): (state: InState, ...effects: readonly InEffect[]) => InStep {
  return (state, ...effects) => ({ transfer: { ...transfer, state }, effects });
}

/** Nobody wants it, or nobody can. */
function onNo(transfer: Incoming, hindrance: Hindrance | undefined): InStep {
  const { state } = transfer;
  if (state.kind !== "offered") return same(transfer);
  const { id } = state;
  const why = hindrance === undefined ? {} : { hindrance };
  // After a break its offer is named anew in a moment: then its sender is told.
  const owed = id === undefined && hindrance !== undefined
    ? { kind: "no", hindrance } as const
    : undefined;
  return {
    transfer: { ...transfer, state: ended({ kind: "declined" }, owed) },
    effects: id === undefined ? [] : [{ do: "reject", id, ...why }],
  };
}

function onOffer(transfer: Incoming, id: string): InStep {
  const { state } = transfer;
  const to = stepsOf(transfer);
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
      return onOfferedAgain(transfer, state, id);
    default:
      return state satisfies never;
  }
}

/** Its sender does not know how it ended, or has forgotten. */
function onOfferedAgain(
  transfer: Incoming,
  state: Extract<InState, { kind: "ended" }>,
  id: string,
): InStep {
  const { owed, end } = state;
  if (owed?.kind === "no") {
    return { transfer, effects: [{ do: "reject", id, hindrance: owed.hindrance }] };
  }
  const arrived = end.kind === "done" || end.kind === "have";
  const sha256 = owed?.sha256 ?? (arrived ? transfer.offer.sha256 : undefined);
  return { transfer, effects: sha256 === undefined ? [] : toldAll(transfer, id, sha256) };
}

function onTaken(transfer: Incoming, end: SinkEnd): InStep {
  const { state, from } = transfer;
  if (state.kind !== "receiving") return same(transfer);
  const id = state.next ?? state.id;
  const to = stepsOf(transfer);
  switch (end.kind) {
    case "done": {
      const { path, sha256 } = end;
      const owed = { kind: "word", sha256 } as const;
      const stale = state.cut ? { stale: true } as const : {};
      return to(ended({ kind: "done", path }, owed), { do: "confirm", id, sha256, ...stale });
    }
    case "mismatch": {
      const reason = end.kept === undefined
        ? `It is not the file that was offered: its SHA-256 differs.${keptAs(end.path)}`
        : "What came is not the rest of the file: its SHA-256 differs. What was here before is kept, " +
          "and goes on when the file is offered again.";
      // Its sender compares, too, and so learns that it is damaged.
      return to(ended({ kind: "failed", reason }), { do: "confirm", id, sha256: end.sha256 });
    }
    case "partial": {
      const { why, offset, reason } = end;
      const tries = offset > transfer.saved ? 0 : transfer.tries + 1;
      const kept = { ...transfer, tries, saved: offset };
      if (why === "disk_full" || why === "disk" || why === "too_much") {
        const stopped = { kind: "offered", id: state.next } as const;
        const hindrance = why === "disk_full" ? "no_space" : "unable";
        return {
          transfer: { ...kept, state: stopped },
          effects: [{ do: "stopped", reason, hindrance }],
        };
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
  if (left) return onLeft(transfer, msg);
  switch (state.kind) {
    case "ended":
      return stands && state.owed?.kind === "no"
        ? onOfferedAgain(transfer, state, id)
        : same(transfer);
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
  const end = ended(failedSo(transfer, msg));
  return { transfer: { ...transfer, state: end }, effects: [{ do: "drop" }] };
}

/** The sender has left, and with it the offers of its that nobody said yes to. */
function onLeft(transfer: Incoming, why: string): InStep {
  if (transfer.state.kind !== "offered" || transfer.saved > 0) return onAway(transfer, why);
  return { transfer: { ...transfer, state: ended(failedSo(transfer, why)) }, effects: [] };
}

/** The sender has left, or the server is out of reach. What is on its way ends by itself. */
function onAway(transfer: Incoming, why: string): InStep {
  const { state } = transfer;
  const to = stepsOf(transfer);
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

function keptAs(path: string | undefined): string {
  return path === undefined ? "" : ` It is kept as ${path}.`;
}

function same(transfer: Incoming): InStep {
  return { transfer, effects: [] };
}

function waiting(why: string): InState {
  return { kind: "waiting", id: undefined, why };
}

function ended(end: End, owed?: Owed): InState {
  return { kind: "ended", end, owed };
}

/** A failure from the other side: of a file of which nothing has come, it is no loss. */
function failedSo({ state, saved }: Incoming, reason: string): End {
  return state.kind === "receiving" || saved > 0 ? { kind: "failed", reason } : untaken(reason);
}

function untaken(reason: string): End {
  return { kind: "failed", reason, untaken: true };
}
