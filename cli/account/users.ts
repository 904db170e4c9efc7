/**
 * What `chat user` does: the accounts of a server, listed, made, changed and taken away.
 *
 * @module
 */

import { randomToken, wait } from "../../ground/mod.ts";
import {
  type AccountEntry,
  type AccountRole,
  ChatError,
  type Client,
} from "../../server/wire/mod.ts";
import { showCount, showTable } from "../db/text.ts";
import { Failure, reasonOf } from "../failure.ts";
import { harmlessJson } from "../json_text.ts";
import { isTerminal, print, printError } from "../streams.ts";
import { safeText } from "../tty/safe.ts";

import { erasedText, foundText, KEPT_TEXT } from "./erase_text.ts";
import { leftBehind } from "./left_behind.ts";
import { asOperator, type Where } from "./operator.ts";
import { newPassword } from "./password.ts";
import { type NewUser, readUsers } from "./users_file.ts";

/** Largest file of users in bytes: a hundred thousand of them. */
const USERS_BYTES_MAX = 16 << 20;
/** Bytes that are read of it at once. */
const PIECE_BYTES = 64 << 10;
/** How often a user is tried to be added while the server is busy, and how long is waited in between, in ms. */
const BUSY_TRIES = 30;
/** See `BUSY_TRIES`. */
const BUSY_MS = 1_000;

/** Prints the accounts. */
export async function listUsers(where: Where, json: boolean): Promise<void> {
  const { accounts } = await asOperator(where, (client) => client.accounts.list());
  if (json) {
    for (const account of accounts) print(`${harmlessJson(JSON.stringify(account))}\n`);
  } else if (accounts.length === 0) print("There are no accounts.\n");
  else print(table(accounts));
}

/** Makes an account. */
export async function addUser(
  where: Where,
  name: string,
  { role, passwordFile }: {
    readonly role?: AccountRole | undefined;
    readonly passwordFile?: string | undefined;
  },
): Promise<void> {
  const password = await newPassword(name, passwordFile);
  await asOperator(
    where,
    async (client) => client.accounts.add(name, await password(), role),
    { makes: true },
  );
  print(`${safeText(name)} has an account now.\n`);
}

/** Makes an account of each line of a file, or, when one line is wrong, none. */
export async function addUsers(where: Where, path: string): Promise<void> {
  const text = await readFile(path);
  await asOperator(where, async (client) => {
    const { accounts } = await client.accounts.list();
    const { users, wrong } = readUsers(text, accounts.map(({ name }) => name));
    for (const sentence of wrong) printError(`${safeText(sentence)}\n`);
    if (wrong.length > 0) {
      throw new Failure(`Nothing was done: ${showCount(wrong.length, "line")} cannot be taken.`);
    }
    let added = 0;
    for (const user of users) if (await addOne(client, user)) added++;
    const refused = users.length - added;
    printError(`${showCount(added, "account")} made.\n`);
    if (refused > 0) throw new Failure(`The server refused ${showCount(refused, "line")}.`);
  }, { makes: true });
}

/** Gives an account another password. */
export async function setPassword(
  where: Where,
  name: string,
  passwordFile: string | undefined,
): Promise<void> {
  const password = await newPassword(name, passwordFile);
  const left = await asOperator(where, async (client) => {
    await client.accounts.setPassword(name, await password());
    return await leftBehind(client, name);
  });
  print(`${safeText(name)} has another password now, and has to log in again everywhere.\n`);
  tellLeft(left);
}

/** Says what an account may do. */
export async function setRole(where: Where, name: string, role: AccountRole): Promise<void> {
  const left = await asOperator(where, async (client) => {
    await client.accounts.setRole(name, role);
    return role === "operator" ? undefined : await leftBehind(client, name);
  });
  print(`${safeText(name)} is ${role === "operator" ? "an operator" : "a user"} now.\n`);
  tellLeft(left);
}

function tellLeft(left: string | undefined): void {
  if (left !== undefined) printError(`${left}\n`);
}

/** Erases an account with what it said, after it was told what that is. @param yes Whether it need not be asked. */
export async function eraseUser(
  where: Where,
  name: string,
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
): Promise<void> {
  if (!yes && !isTerminal()) throw new Failure("Nothing was done: give --yes.");
  if (!yes) {
    const count = ({ accounts }: Client) => accounts.erase(name, { count: true });
    const found = await asOperator(where, count, { goesOn: true });
    printError(`${foundText(found)}\n${KEPT_TEXT}\n`);
    // Whoever takes his time for it is not online meanwhile.
    if (!confirm(`Erase '${safeText(found.username)}'? Nobody can take that back.`)) {
      throw new Failure("Nothing was done.");
    }
  }
  const { erasure: { re: _, type: __, ...erased }, left } = await asOperator(
    where,
    async (client) => ({
      erasure: await client.accounts.erase(name),
      left: await leftBehind(client, name),
    }),
  );
  if (json) print(`${harmlessJson(JSON.stringify(erased))}\n`);
  else print(erasedText(erased));
  tellLeft(left);
}

/** Takes an account away. @param yes Whether it need not be asked. */
export async function removeUser(where: Where, name: string, yes: boolean): Promise<void> {
  const what = `Take the account '${
    safeText(name)
  }' away? Its devices are logged out, and its name is free. What it said stays; 'chat user erase' erases that, too.`;
  if (!yes && !isTerminal()) throw new Failure("Nothing was done: give --yes.");
  if (!yes && !confirm(what)) throw new Failure("Nothing was done.");
  const left = await asOperator(where, async (client) => {
    await client.accounts.remove(name);
    return await leftBehind(client, name);
  });
  print(`${safeText(name)} has no account any more.\n`);
  tellLeft(left);
}

/** Adds one of a file. @returns Whether the server took it. */
async function addOne(client: Client, { line, name, password, role }: NewUser): Promise<boolean> {
  const given = password ?? randomToken().slice(0, 20);
  for (let tries = 1;; tries++) {
    try {
      await client.accounts.add(name, given, role);
      if (password === undefined) {
        print(`${harmlessJson(JSON.stringify({ username: name, password: given }))}\n`);
      }
      return true;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (["busy", "rate_limited"].includes(error.code) && tries < BUSY_TRIES) {
        await wait(BUSY_MS);
        continue;
      }
      printError(`Line ${line}: ${safeText(error.message)}\n`);
      return false;
    }
  }
}

/** Reads a file or a pipe, which may have no size, and may not end. */
async function readFile(path: string): Promise<string> {
  try {
    using file = await Deno.open(path);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    for (;;) {
      const piece = new Uint8Array(PIECE_BYTES);
      const count = await file.read(piece);
      if (count === null) break;
      bytes += count;
      if (bytes > USERS_BYTES_MAX) {
        throw new Failure(`${path} has more than ${USERS_BYTES_MAX} bytes.`);
      }
      pieces.push(piece.subarray(0, count));
    }
    return await new Blob(pieces).text();
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(`Cannot read ${path}: ${reasonOf(cause)}.`, undefined, { cause });
  }
}

function table(accounts: readonly AccountEntry[]): string {
  const rows = accounts.map(({ name, role, devices, online, lastSeen }) => [
    safeText(name),
    role,
    `${devices}`,
    online ? "online" : lastSeen === undefined ? "never" : day(lastSeen),
  ]);
  return showTable(
    [{ head: "name" }, { head: "role" }, { head: "devices", align: "right" }, { head: "seen" }],
    rows,
  );
}

/** A day and an hour; a server may say anything. */
function day(ms: number): string {
  return Math.abs(ms) > 8.64e15 ? "?" : new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
