/**
 * What `chat ban` does: who is kept out of a server, listed, added and let in again.
 *
 * @module
 */

import type { SanctionEntry } from "../../server/wire/mod.ts";
import { showTable } from "../db/text.ts";
import { harmlessJson } from "../json_text.ts";
import { print } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { asOperator, type Where } from "./operator.ts";

/** Prints who is banned. */
export async function listBans(where: Where, json: boolean): Promise<void> {
  const { bans } = await asOperator(where, (client) => client.order.bans());
  if (json) { for (const ban of bans) print(`${harmlessJson(JSON.stringify(ban))}\n`); }
  else if (bans.length === 0) print("Nobody is banned.\n");
  else print(table(bans));
}

/** Keeps somebody out. */
export async function addBan(
  where: Where,
  whom: string,
  { ms, why }: { readonly ms?: number | undefined; readonly why?: string | undefined },
): Promise<void> {
  await asOperator(where, (client) =>
    client.order.ban({
      server: true,
      ...meant(whom),
      ...(ms === undefined ? {} : { seconds: Math.ceil(ms / 1_000) }),
      ...(why === undefined ? {} : { why }),
    }));
  print(`${safeText(whom)} is banned now.\n`);
}

/** Lets somebody in again. */
export async function removeBan(where: Where, whom: string): Promise<void> {
  await asOperator(where, (client) => client.order.unban({ server: true, ...meant(whom) }));
  print(`${safeText(whom)} is not banned any more.\n`);
}

/** A name has neither a colon nor a slash in it; what is made of four numbers is an address. */
function meant(whom: string): { readonly user: string } | { readonly address: string } {
  const isAddress = /[:/]|^\d+(\.\d+){3}$/.test(whom);
  return isAddress ? { address: whom } : { user: whom };
}

function table(bans: readonly SanctionEntry[]): string {
  const rows = bans.map(({ user, address, until, by, why = "" }) => [
    safeText([user, address].filter((one) => one !== undefined).join(", ")),
    until === undefined ? "for ever" : day(until),
    safeText(by),
    safeText(why),
  ]);
  return showTable([{ head: "whom" }, { head: "until" }, { head: "by" }, { head: "why" }], rows);
}

/** A day and an hour; a server may say anything. */
function day(ms: number): string {
  return Math.abs(ms) > 8.64e15 ? "?" : new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
