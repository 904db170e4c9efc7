/**
 * What operators do with the accounts of others: each act is on record, durable before it is answered, and holds at once for those
 * who are here.
 *
 * @module
 */

import { accountName, type Accounts, type Done, type Refusal } from "./accounts.ts";
import { GONE, refusalOf } from "./refusals.ts";
import { ACCOUNTS_LISTED_MAX } from "./limits.ts";
import { type AccountRecord, latestIn } from "./record.ts";
import type { AccountEffect } from "../commands/types.ts";
import { type AccountAct, recorded, type RecordParts } from "../order/record_act.ts";
import type { ServerBans } from "../order/server_bans.ts";
import { leaveUnseen } from "../order/telling.ts";
import { errorMessage } from "../perform.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import { markOf, tagOf } from "../session/identity.ts";
import type { FileDesk } from "../files/desk.ts";
import type { Erasure } from "../erasing/erasure.ts";
import { type KeptValues, type Put, StorageError } from "../store/store_port.ts";
import type { Unread } from "../unread/unread.ts";
import {
  type AccountEntry,
  type AccountList,
  type AccountRole,
  type ErasureReport,
  type FoldedName,
  foldText,
  type UserName,
} from "../wire/mod.ts";

/** What an operator asks for. */
export type OthersEffect = Extract<AccountEffect, { of: "others" }>;

/** What it comes to: something to answer, done with a sentence for those who read lines, or refused. */
export type Operated = AccountList | ErasureReport | Refusal | (Done & { readonly told?: string });

/** What it works on. */
export interface OperatingParts extends RecordParts {
  readonly accounts: Accounts;
  readonly hall: Hall;
  readonly erasure: Erasure;
  readonly files: Pick<FileDesk, "putOut" | "roomsOf">;
  readonly unread: Pick<Unread, "putOut">;
  readonly bans: Pick<ServerBans, "refuse">;
  /** Whether a name, or one that looks like it, is a hook's. */
  readonly isHook: (name: UserName) => boolean;
  /** A name has become an account's: whoever is here under it as a guest gets another one. */
  readonly onTaken: (name: UserName) => void;
}

const NO_OPERATOR: Refusal = {
  kind: "refused",
  code: "forbidden",
  msg: "Only operators may do this.",
};

/** Does what an operator asks for. */
export async function operate(
  parts: OperatingParts,
  by: Member,
  effect: OthersEffect,
): Promise<Operated> {
  const { accounts } = parts;
  // A password is hashed first: who is no operator any more by then, or was let go, does nothing more.
  const late = () => by.operator && parts.hall.isHere(by.latest) ? undefined : NO_OPERATOR;
  if (effect.do === "accounts") return list(parts, effect.after);
  if (effect.do === "add account") {
    const name = accountName(effect.username);
    if (typeof name !== "string") return name;
    if (parts.isHook(name)) return ofHook(name);
    const { password, role } = effect;
    const act = role === "operator" ? "op" : "account";
    const made = await accounts.register(
      { name, password, role, late },
      onRecord(parts, by, act, name),
    );
    if (made.kind === "refused") return made;
    parts.onTaken(name);
    return { kind: "done", told: `'${name}' is an account.` };
  }
  const key = foldText(effect.username);
  const user = accounts.read(key)?.name ?? effect.username;
  switch (effect.do) {
    case "set password": {
      const via = onRecord(parts, by, "password", user);
      const outcome = await accounts.setPassword(key, effect.password, undefined, via, late);
      if (outcome.kind === "done") letGo(parts, key, "Your password was changed by an operator.");
      return told(outcome, "The password is changed.");
    }
    case "set role":
      return await setRole(parts, by, { key, user, role: effect.role });
    case "remove account": {
      const via = onRecord(parts, by, "remove", user);
      const outcome = await changingRights(parts, key, () => accounts.remove(key, via));
      if (outcome.kind === "refused") return outcome;
      parts.news.forget(key);
      letGo(parts, key, "Your account was removed by an operator.");
      return told(outcome, "The account is removed.");
    }
    case "erase account":
      return await erase(parts, by, { key, user, count: effect.count, late });
    default:
      return effect satisfies never;
  }
}

/** That a name is a hook's. */
export function ofHook(name: string): Refusal {
  return { kind: "refused", code: "name_taken", msg: `The name '${name}' is a hook's.` };
}

/** The account ends together with the note that all of it is to go; whoever asks again goes on with it. */
async function erase(
  parts: OperatingParts,
  by: Member,
  { key, user, count, late }: {
    readonly key: FoldedName;
    readonly user: string;
    readonly count: boolean;
    /** Why what was counted is not the asker's to know any more: much may be decided meanwhile. */
    readonly late: () => Refusal | undefined;
  },
): Promise<Operated> {
  const { accounts, erasure, news } = parts;
  const record = accounts.read(key);
  const who = record === undefined ? erasure.pending(key) : {
    name: record.name,
    key,
    tag: tagOf(record.identity, key),
    mark: markOf(record.identity),
  };
  if (who === undefined) return GONE;
  const report = {
    type: "Erasure",
    username: user,
    devices: record?.devices.length ?? 0,
  } as const;
  if (count) {
    const counted = erasure.count(who).then((found) => ({ ...report, ...found }), refusalOf);
    return await counted.then((counted) => late() ?? counted);
  }
  if (record !== undefined) {
    const via = onRecord(parts, by, "erase", user, [erasure.note(who)]);
    const outcome = await changingRights(parts, key, () => accounts.remove(key, via));
    if (outcome.kind === "refused") return outcome;
    news.forget(key);
    letGo(parts, key, "Your account was erased by an operator.");
  }
  try {
    return { ...report, ...await erasure.erase(who), done: true };
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const msg =
      `'${user}' has no account any more, but not all that it said is erased yet: the server goes on with that by itself.`;
    return { kind: "refused", code: "storage", msg };
  }
}

async function setRole(
  parts: OperatingParts,
  by: Member,
  { key, user, role }: {
    readonly key: FoldedName;
    readonly user: string;
    readonly role: AccountRole;
  },
): Promise<Operated> {
  const { accounts, hall, bans, clock } = parts;
  const before = accounts.read(key)?.role;
  if (before === undefined && hall.member(key) !== undefined) {
    const msg = `'${user}' is a guest: only an account can be an operator.`;
    return { kind: "refused", code: "not_found", msg };
  }
  // What is on its way is not done yet, and may be refused.
  if (before === role && !accounts.isOnTheWay(key)) {
    return { kind: "done", told: `'${user}' is that already.` };
  }
  const act = role === "operator" ? "op" : "deop";
  const write = () => accounts.setRole(key, role, onRecord(parts, by, act, user));
  const outcome = await changingRights(parts, key, write);
  if (outcome.kind === "refused") return outcome;
  const devices = [...here(hall, key)];
  for (const one of devices) {
    // No ban hits an operator: what was said of him before, or of where he comes from, does from now on.
    const banned = bans.refuse(one);
    if (banned === undefined) leaveUnseen(parts, one);
    else one.dismiss(errorMessage(banned.code, banned.msg));
  }
  // Something else may be on its way by now: who is nothing of it is not told that he is.
  const concerned = accounts.roleOf(key) === role ? devices : [];
  for (const one of new Set([by, ...concerned])) {
    one.tell({ type: "Order", act, user, by: by.name, at: clock() });
  }
  return outcome;
}

/**
 * Gives an operator's right, or takes it away, alone or with the account: it is given when the disk has it, and taken away from the word
 * on. He would make himself one again meanwhile, behind what takes it away.
 */
async function changingRights(
  { accounts, hall }: OperatingParts,
  key: FoldedName,
  write: () => Promise<Done | Refusal>,
): Promise<Done | Refusal> {
  const hold = (): void => {
    const role = accounts.roleOf(key);
    for (const one of here(hall, key)) one.setRole(role);
  };
  const writing = write();
  hold();
  const outcome = await writing;
  hold();
  return outcome;
}

function onRecord(
  { hall, accounts, ...parts }: OperatingParts,
  by: Member,
  act: AccountAct,
  user: string,
  beside: readonly Put[] = [],
): KeptValues["write"] {
  const key = foldText(user);
  const record = accounts.read(key);
  const absent = record === undefined || !here(hall, key).next().done
    ? undefined
    : { key, tag: tagOf(record.identity, key) };
  const behind = record === undefined ? {} : { behind: latestIn(record) };
  return recorded(parts, by, { act, user, absent, beside, ...behind });
}

function list({ accounts, hall }: OperatingParts, after: string | undefined): AccountList {
  const keys = accounts.namesBehind(after, ACCOUNTS_LISTED_MAX + 1);
  const more = keys.length > ACCOUNTS_LISTED_MAX;
  const entries: AccountEntry[] = [];
  for (const key of keys.slice(0, ACCOUNTS_LISTED_MAX)) {
    const record = accounts.read(key);
    if (record !== undefined) entries.push(entryOf(hall, key, record));
  }
  return { type: "AccountList", accounts: entries, ...(more ? { more } : {}) };
}

function entryOf(
  hall: Hall,
  key: FoldedName,
  { name, role, created, devices }: AccountRecord,
): AccountEntry {
  const lastSeen = Math.max(...devices.map(({ seen }) => seen));
  return {
    name,
    role,
    created,
    ...(devices.length === 0 ? {} : { lastSeen }),
    devices: devices.length,
    online: !here(hall, key).next().done,
  };
}

/** The devices of an account that are connected. */
export function* here(hall: Hall, key: FoldedName): Generator<Member, void, void> {
  for (const member of hall.membersOf(key)) if (member.registered) yield member;
}

function letGo({ hall }: OperatingParts, key: FoldedName, msg: string): void {
  for (const member of [...here(hall, key)]) member.dismiss(errorMessage("auth_failed", msg));
}

function told(outcome: Done | Refusal, told: string): Operated {
  return outcome.kind === "done" ? { ...outcome, told } : outcome;
}
