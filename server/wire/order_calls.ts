/**
 * What a client asks to keep order: how a room is set, and who may be in it and speak.
 *
 * Without a room, the lobby is meant. All of these calls throw a `ChatError` when they are refused (`forbidden`, `not_found`, `banned`), and a
 * `ClosedError` when the connection breaks before the answer; its `unknown` says whether it may be done all the same.
 *
 * @module
 */

import type {
  Ack,
  Audit,
  AuditPage,
  Ban,
  BanList,
  Kick,
  Mute,
  OrderRequest,
  Report,
  RoomShown,
  ServerMessage,
  SetRole,
  SetRoom,
  Unban,
} from "./messages.ts";

/** How something is asked that no other connection may repeat. */
const ONCE = { urgent: true } as const;

/** What the calls need. */
export interface OrderCallsParts {
  /** Asks the server. @throws {ChatError | ClosedError} Through the promise. */
  readonly ask: <A extends ServerMessage>(
    question: OrderRequest | SetRole,
    how: { readonly urgent: boolean },
  ) => Promise<A>;
}

/** The calls about order. */
export class OrderCalls {
  readonly #parts: OrderCallsParts;

  /** Makes them. */
  constructor(parts: OrderCallsParts) {
    this.#parts = parts;
  }

  /** How a room is set, and what one is there. */
  show(room?: string): Promise<RoomShown> {
    return this.#ask({ type: "Room", ...(room === undefined ? {} : { room }) });
  }

  /** Sets a room, or makes moderators. */
  set(settings: Omit<SetRoom, "type" | "id">): Promise<Ack> {
    return this.#ask({ type: "Room", ...settings });
  }

  /** Lets somebody into a room for the invited: an account that is away hears of it when it comes in. */
  invite(user: string, room?: string): Promise<Ack> {
    return this.#ask({ type: "Invite", user, ...(room === undefined ? {} : { room }) });
  }

  /** Puts somebody out of a room for a while. */
  kick(kick: Omit<Kick, "type" | "id">): Promise<Ack> {
    return this.#ask({ type: "Kick", ...kick });
  }

  /** Keeps somebody from speaking in a room. */
  mute(mute: Omit<Mute, "type" | "id">): Promise<Ack> {
    return this.#ask({ type: "Mute", ...mute });
  }

  /** Keeps somebody, or an address, out of a room or of the server. */
  ban(ban: Omit<Ban, "type" | "id">): Promise<Ack> {
    return this.#ask({ type: "Ban", ...ban });
  }

  /** Lifts a ban and, in a room, a mute. */
  unban(unban: Omit<Unban, "type" | "id">): Promise<Ack> {
    return this.#ask({ type: "Unban", ...unban });
  }

  /** Who is banned on the whole server, for operators. */
  bans(): Promise<BanList> {
    return this.#ask({ type: "Bans" });
  }

  /** What moderators did in a room, or operators with the server. */
  audit(audit: Omit<Audit, "type" | "id"> = {}): Promise<AuditPage> {
    return this.#ask({ type: "Audit", ...audit });
  }

  /** Puts a message before the moderators. */
  report(report: Omit<Report, "type" | "id">): Promise<Ack> {
    return this.#ask({ type: "Report", ...report });
  }

  /** Any of these questions, as its message. */
  request(question: OrderRequest | SetRole): Promise<Ack | RoomShown | AuditPage | BanList> {
    return this.#ask(question);
  }

  #ask<A extends ServerMessage>(question: OrderRequest | SetRole): Promise<A> {
    return this.#parts.ask<A>(question, ONCE);
  }
}
