/**
 * What operators do with invitations: made and revoked on record, durable before that is answered. A token is told once, to whoever
 * made it.
 *
 * @module
 */

import { randomToken } from "../../ground/mod.ts";
import { hashOf } from "../hooks/hook_book.ts";
import { recorded, type RecordParts } from "../order/record_act.ts";
import { errorMessage } from "../perform.ts";
import { refusalOf } from "../repeats/repeats.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { StorageError } from "../store/store_port.ts";
import type { InvitationEntry, ServerMessage } from "../wire/mod.ts";
import type { Invitations } from "./invitations.ts";
import { INVITATION_SECONDS_DEFAULT, INVITATIONS_MAX } from "./limits.ts";
import { encodeInvitation, invitationKey, type InvitationRecord } from "./record.ts";

/** What an operator asks for. */
export type InvitationEffect =
  | { readonly do: "invitations" }
  | {
    readonly do: "add invitation";
    readonly room?: string;
    readonly uses?: number;
    readonly seconds?: number;
  }
  | { readonly do: "revoke invitation"; readonly invitation: string };

/** What it works on. */
export interface InvitationDeskParts extends RecordParts {
  readonly invitations: Invitations;
  readonly hall: Hall;
  /** Hears that the store did not keep something. */
  readonly onFailed: (error: StorageError) => void;
}

/** Operators come here. */
export class InvitationDesk {
  readonly invitations: Invitations;
  readonly #parts: InvitationDeskParts;

  constructor(parts: InvitationDeskParts) {
    this.#parts = parts;
    this.invitations = parts.invitations;
  }

  /** Does it, and answers the message `id`. */
  perform(by: Member, effect: InvitationEffect, id: string | undefined): void {
    switch (effect.do) {
      case "invitations": {
        const invitations = this.invitations.all().map(entryOf);
        return tell(by, { type: "InvitationList", invitations }, id);
      }
      case "add invitation":
        return this.#add(by, effect, id);
      case "revoke invitation":
        return this.#revoke(by, effect.invitation, id);
      default:
        effect satisfies never;
    }
  }

  #add(
    by: Member,
    { room: place, uses = 1, seconds = INVITATION_SECONDS_DEFAULT }: Extract<
      InvitationEffect,
      { do: "add invitation" }
    >,
    id: string | undefined,
  ): void {
    const { hall, clock } = this.#parts;
    if (this.invitations.isFull) {
      const msg = `There are ${INVITATIONS_MAX} invitations already: revoke some.`;
      return tell(by, errorMessage("busy", msg), id);
    }
    // A room that is made by whoever comes first would be his.
    const room = place === undefined || hall.order(place) === undefined
      ? undefined
      : hall.nameKept(place);
    if (place !== undefined && room === undefined) {
      return tell(by, errorMessage("not_found", "There is no such room."), id);
    }
    const token = randomToken();
    const created = clock();
    const record: InvitationRecord = {
      id: randomToken().replace(/[^a-z0-9]/gi, "").slice(0, 8).toLowerCase(),
      hash: hashOf(token),
      ...(room === undefined ? {} : { room }),
      uses,
      until: created + seconds * 1_000,
      created,
      by: by.name,
      guests: [],
    };
    this.#write(by, "invitation", record, encodeInvitation(record), (error) => {
      if (error !== undefined) return this.#failed(by, error, id);
      this.invitations.set(record);
      tell(by, { type: "InvitationAdded", invitation: entryOf(record), token }, id);
    });
  }

  #revoke(by: Member, name: string, id: string | undefined): void {
    const record = this.invitations.get(name);
    if (record === undefined) {
      return tell(by, errorMessage("not_found", "There is no such invitation."), id);
    }
    const ended = this.invitations.ends(record);
    this.#write(by, "revoke", record, undefined, (error) => {
      ended(error);
      if (error !== undefined) return this.#failed(by, error, id);
      if (id !== undefined) {
        by.tell({ type: "Ack", re: id, room: "", seq: 0, at: this.#parts.clock() });
      }
    });
  }

  #write(
    by: Member,
    act: "invitation" | "revoke",
    record: InvitationRecord,
    value: Uint8Array | undefined,
    settled: (error?: StorageError) => void,
  ): void {
    by.owed.add();
    const write = recorded(this.#parts, by, { act, user: record.id });
    write(invitationKey(record.id), value, (error) => {
      by.owed.settle();
      settled(error);
    }, act === "revoke");
  }

  #failed(by: Member, error: StorageError, id: string | undefined): void {
    tell(by, refusalOf(error), id);
    this.#parts.onFailed(error);
  }
}

function entryOf(record: InvitationRecord): InvitationEntry {
  const { id, room, uses, until, created, by, guests } = record;
  const where = room === undefined ? {} : { room };
  return { id, ...where, uses, used: guests.length, until, created, by };
}

function tell(by: Member, message: ServerMessage, id: string | undefined): void {
  by.tell(id === undefined ? message : { ...message, re: id });
}
