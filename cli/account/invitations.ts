/**
 * What `chat invite` does: the invitations of a server, made, listed and revoked.
 *
 * @module
 */

import type { InvitationEntry } from "../../server/wire/mod.ts";
import { showTable } from "../db/text.ts";
import { EXIT, Failure } from "../failure.ts";
import { harmlessJson } from "../json_text.ts";
import { print, printError } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { asOperator, type Where } from "./operator.ts";

/** What an invitation is to be. */
export interface NewInvitation {
  readonly room?: string | undefined;
  readonly uses: number;
  readonly ms?: number | undefined;
  /** The page that a link is to lead to. */
  readonly url?: string | undefined;
  readonly json: boolean;
}

/** Makes one, and prints its token, or a link with it behind the `#`, which no browser sends and no server logs. */
export async function invite(where: Where, asked: NewInvitation): Promise<void> {
  const { room, uses, ms, url, json } = asked;
  if (url !== undefined && !/^https?:\/\/[^#]+$/.test(url)) {
    throw new Failure(`--url cannot be '${url}'. It looks like https://chat.example.`, EXIT.usage);
  }
  const { invitation, token } = await asOperator(where, (client) =>
    client.invitations.add({
      uses,
      ...(room === undefined ? {} : { room: room.replace(/^#/, "") }),
      ...(ms === undefined ? {} : { seconds: Math.ceil(ms / 1_000) }),
    }));
  const link = url === undefined ? {} : { link: `${url}#invite=${token}` };
  if (json) {
    return print(`${harmlessJson(JSON.stringify({ ...invitation, token, ...link }))}\n`);
  }
  const { id, until } = invitation;
  const many = uses === 1 ? "one" : `${uses}`;
  printError(
    `Invitation ${safeText(id)} for ${many}, until ${day(until)} UTC. It is not shown again.\n`,
  );
  print(`${safeText(link.link ?? token)}\n`);
}

/** Prints those that hold. */
export async function listInvitations(where: Where, json: boolean): Promise<void> {
  const { invitations } = await asOperator(where, (client) => client.invitations.list());
  if (json) { for (const one of invitations) print(`${harmlessJson(JSON.stringify(one))}\n`); }
  else if (invitations.length === 0) print("There are no invitations.\n");
  else print(table(invitations));
}

/** Takes one back. */
export async function revokeInvitation(where: Where, id: string): Promise<void> {
  await asOperator(where, (client) => client.invitations.revoke(id));
  print(`Nobody comes in by ${safeText(id)} any more.\n`);
}

function table(invitations: readonly InvitationEntry[]): string {
  const rows = invitations.map(({ id, room = "", uses, used, until, by }) => [
    safeText(id),
    safeText(room),
    `${used} of ${uses}`,
    day(until),
    safeText(by),
  ]);
  return showTable(["id", "room", "used", "until", "by"].map((head) => ({ head })), rows);
}

/** A day and an hour; a server may say anything. */
function day(ms: number): string {
  return Math.abs(ms) > 8.64e15 ? "?" : new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
