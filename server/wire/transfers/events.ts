/**
 * What a client's event means for transfers: which of them it concerns, and what happens to those.
 *
 * @module
 */

import type { ClientEvent } from "../client_types.ts";
import type { FileOffered } from "../messages.ts";
import type { InEvent } from "./incoming.ts";
import type { OutEvent } from "./outgoing.ts";

/** An event that means the same in either direction. */
export type AnyEvent = InEvent & OutEvent;

/** What an event of the client comes to. */
export type Routed =
  | { readonly to: "nobody" }
  | { readonly to: "everything"; readonly event: AnyEvent }
  | { readonly to: "outgoing"; readonly events: readonly OutEvent[] }
  /**
   * Which of both it is follows from whose offer that is. Where the event does not fit it, as a server may lie, there is
   * none.
   */
  | {
    readonly to: "offer";
    readonly id: string;
    readonly incoming?: InEvent;
    readonly outgoing?: OutEvent;
  }
  | { readonly to: "offered"; readonly offer: FileOffered };

/** Whom an event of the client concerns. */
export function routed(event: ClientEvent): Routed {
  switch (event.type) {
    case "Status": {
      const { kind } = event.status;
      if (kind === "connecting") return { to: "nobody" };
      if (kind === "online") return { to: "outgoing", events: [{ kind: "online" }] };
      return { to: "everything", event: { kind: "offline" } };
    }
    case "FileOffer":
      return { to: "offered", offer: event };
    case "FileAccept":
      return ours(event, {
        kind: "accepted",
        by: event.by,
        offset: event.offset ?? 0,
        tells: event.progress,
        tag: event.tag,
      });
    case "FileProgress":
      return ours(event, { kind: "progressed", by: event.by, done: event.done });
    case "FileReject":
      return ours(event, { kind: "rejected", by: event.by, reason: event.reason });
    case "FileReceived":
      return ours(event, { kind: "received", by: event.by, sha256: event.sha256 });
    case "FileDone":
      return either(event, {
        kind: "through",
        by: event.by,
        sha256: event.offset === undefined ? event.sha256 : undefined,
      });
    case "StartUpload":
      return ours(event, { kind: "start", token: event.token, offset: event.offset });
    case "StartDownload": {
      const { offer: id = "", token } = event;
      return { to: "offer", id, incoming: { kind: "start", id, token } };
    }
    case "FileCancel": {
      const { offer: id, by, msg, again = false, left = false } = event;
      return either(event, { kind: "cancelled", id, by, msg, again, left });
    }
    case "UserJoined":
      return { to: "outgoing", events: [{ kind: "arrived", user: event.username }] };
    case "UserLeft":
      return { to: "outgoing", events: [{ kind: "gone", user: event.username }] };
    case "Presence": {
      const gone = event.left.map((user) => ({ kind: "gone", user } as const));
      const arrived = event.joined.map((user) => ({ kind: "arrived", user } as const));
      return { to: "outgoing", events: [...gone, ...arrived] };
    }
    default:
      return { to: "nobody" };
  }
}

/** Of an offer of our own. */
function ours({ offer: id = "" }: { readonly offer?: string }, outgoing: OutEvent): Routed {
  return { to: "offer", id, outgoing };
}

function either({ offer: id = "" }: { readonly offer?: string }, event: AnyEvent): Routed {
  return { to: "offer", id, incoming: event, outgoing: event };
}
