/**
 * What `chat hook` does: the hooks of a server, listed, made and taken away.
 *
 * @module
 */

import type { HookEntry } from "../../server/wire/mod.ts";
import { showTable } from "../db/text.ts";
import { harmlessJson } from "../json_text.ts";
import { print, printError } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { asOperator, type Where } from "./operator.ts";

/** What a hook is to be. */
export interface NewHook {
  readonly room: string;
  readonly json: boolean;
}

/** Prints the hooks. */
export async function listHooks(where: Where, json: boolean): Promise<void> {
  const { hooks } = await asOperator(where, (client) => client.hooks.list());
  if (json) { for (const hook of hooks) print(`${harmlessJson(JSON.stringify(hook))}\n`); }
  else if (hooks.length === 0) print("There are no hooks.\n");
  else print(table(hooks));
}

/** Makes one. What has to be kept by its owner goes to where programs read it. */
export async function addHook(where: Where, name: string, { room, json }: NewHook): Promise<void> {
  const { hook, token } = await asOperator(
    where,
    (client) => client.hooks.add({ name, room }),
    { makes: true },
  );
  if (json) return print(`${harmlessJson(JSON.stringify({ ...hook, token }))}\n`);
  printError(
    `${safeText(hook.name)} speaks in ${
      safeText(hook.room)
    }. Keep this to whom it is for: it is not shown again.\n`,
  );
  print(`/hooks/${safeText(token ?? "")}\n`);
}

/** Takes one away. */
export async function removeHook(where: Where, name: string): Promise<void> {
  await asOperator(where, (client) => client.hooks.remove(name));
  print(`${safeText(name)} is no hook any more.\n`);
}

function table(hooks: readonly HookEntry[]): string {
  const rows = hooks.map(({ name, room, by, created, used }) => [
    safeText(name),
    safeText(room),
    safeText(by),
    day(created),
    used === undefined ? "" : day(used),
  ]);
  const heads = ["name", "room", "by", "since", "used"];
  return showTable(heads.map((head) => ({ head })), rows);
}

/** A day and an hour; a server may say anything. */
function day(ms: number): string {
  return Math.abs(ms) > 8.64e15 ? "?" : new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
