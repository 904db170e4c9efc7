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
  /** Where to post what is said; without it, it speaks. */
  readonly url?: string | undefined;
  readonly match?: string | undefined;
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
export async function addHook(
  where: Where,
  name: string,
  { room, url, match, json }: NewHook,
): Promise<void> {
  const asked = {
    name,
    room: room.replace(/^#/, ""),
    ...(url === undefined ? {} : { url }),
    ...(match === undefined ? {} : { match }),
  };
  const added = await asOperator(where, (client) => client.hooks.add(asked), { makes: true });
  const { hook, token, secret } = added;
  if (json) return print(`${harmlessJson(JSON.stringify({ ...hook, token, secret }))}\n`);
  const does = hook.url === undefined
    ? `${hook.name} speaks in ${hook.room}`
    : `${hook.name} posts what is said in ${hook.room} to ${hook.url}`;
  printError(`${safeText(does)}. Keep this to whom it is for: it is not shown again.\n`);
  print(`${safeText(secret ?? `/hooks/${token ?? ""}`)}\n`);
}

/** Takes one away. */
export async function removeHook(where: Where, name: string): Promise<void> {
  await asOperator(where, (client) => client.hooks.remove(name));
  print(`${safeText(name)} is no hook any more.\n`);
}

function table(hooks: readonly HookEntry[]): string {
  const rows = hooks.map((hook) => [
    safeText(hook.name),
    safeText(hook.room),
    safeText(doing(hook)),
    safeText(hook.by),
    day(hook.created),
    hook.used === undefined ? "" : day(hook.used),
  ]);
  const heads = ["name", "room", "does", "by", "since", "used"];
  return showTable(heads.map((head) => ({ head })), rows);
}

/** What it does, and what of that does not go well. */
function doing({ url, match, waiting = 0, missed = 0, trouble }: HookEntry): string {
  if (url === undefined) return "speaks";
  const posts = [
    `posts ${match === undefined ? "" : `'${match}' `}to ${url}`,
    ...(waiting > 0 ? [`${waiting} wait`] : []),
    ...(missed > 0 ? [`${missed} missed`] : []),
    ...(trouble === undefined ? [] : [trouble]),
  ];
  return posts.join("; ");
}

/** A day and an hour; a server may say anything. */
function day(ms: number): string {
  return Math.abs(ms) > 8.64e15 ? "?" : new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
