/**
 * Accounts: who a name belongs to, and how that is proved.
 *
 * ```text
 *   Register ─► rule ─► name is claimed ─► Argon2id ─► on disk ─► proved
 *   Login    ─┬─ device: digest ───────────────────────────────► proved
 *             └─ password: a try is taken ─► Argon2id ─┬─ fits ─► a device's token ─► on disk ─► proved
 *                                                      └─ not ──► refused; the owner is told
 * ```
 *
 * Everything that is changed is durable before anybody hears that it is. What is looked at when a hash is there is the record
 * as it is then, since the password may have been changed meanwhile. No password and no token leaves this room.
 *
 * @module
 */

import { randomToken } from "../../ground/mod.ts";
import { deviceOf, newDevice, seenNow, withDevice } from "./devices.ts";
import { addressKey, Guesses, type TriedFrom } from "./guesses.ts";
import { Hasher } from "./hasher.ts";
import { LEFT_MS, SEEN_MS } from "./limits.ts";
import { newPassword, passwordBytes } from "./password.ts";
import type { Done, Proved, Registration, Shown } from "./proof.ts";
import type { AccountRecord, Device } from "./record.ts";
import {
  GONE,
  type Refusal,
  refusalOf,
  SPENT,
  taken,
  tooManyAccounts,
  tooManyTries,
  UNFIT,
  UNKNOWN_DEVICE,
} from "./refusals.ts";
import { type Owned, Registry } from "./registry.ts";
import { SpentSecrets } from "./spent.ts";
import { type KeptValues, StorageError } from "../store/store_port.ts";
import { readKey } from "../store/streams.ts";
import {
  type AccountRole,
  fold,
  type FoldedName,
  foldText,
  newUserName,
  type UserName,
} from "../wire/mod.ts";

export type { Done, Proved, Refusal };

/** Who may come in: everybody, accounts only, only accounts that an operator made, or guests only. */
export type AccountsMode = "open" | "required" | "closed" | "off";

/** Whether nobody comes in without an account. */
export function requiresAccount(mode: AccountsMode): boolean {
  return mode === "required" || mode === "closed";
}

/** What accounts need. */
export interface AccountsParts {
  readonly values: KeptValues;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds that pass whatever is done to the clock. */
  readonly steady: () => number;
  readonly hasher?: Hasher;
  /** Whether a device of an account is connected: such a one keeps its token longest. Default: none is. */
  readonly isHere?: (key: FoldedName, device: string) => boolean;
  /** Hears that a wrong password was shown for an account. */
  readonly onWrong?: (key: FoldedName) => void;
  /** Hears that a device has given way to another one: who is here over it is so by nothing any more. */
  readonly onGaveWay?: (key: FoldedName, device: string) => void;
  /** How many accounts there may be. */
  readonly accountsMax?: number;
}

const DONE: Done = { kind: "done" };
/** The accounts of a server, or of a store that no server has open. */
export class Accounts {
  readonly guesses: Guesses = new Guesses();
  /** What guests show in vain. */
  readonly spent: SpentSecrets;
  readonly #parts: AccountsParts;
  readonly #registry: Registry;
  readonly #hasher: Hasher;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#registry = new Registry(parts.values, parts.accountsMax);
    this.spent = new SpentSecrets(parts.values);
    this.#hasher = parts.hasher ?? new Hasher();
  }

  /** How many there are. */
  get size(): number {
    return this.#registry.size;
  }

  /** Whose a name is; `undefined` when it is free. */
  ownerOf(name: UserName): Owned | undefined {
    return this.#registry.ownerOf(name);
  }

  /** Whether a folded name is an account's. */
  has(key: FoldedName): boolean {
    return this.#registry.has(key);
  }

  /** What is kept of an account. */
  read(key: FoldedName): AccountRecord | undefined {
    return this.#registry.read(key);
  }

  /** See `Registry`. */
  isOnTheWay(key: FoldedName): boolean {
    return this.#registry.isOnTheWay(key);
  }

  /** See `Registry`. */
  roleOf(key: FoldedName): AccountRole {
    return this.#registry.roleOf(key);
  }

  /** The folded names behind one, in order. */
  namesBehind(after: string | undefined, max: number): readonly FoldedName[] {
    return this.#registry.namesBehind(after === undefined ? undefined : foldText(after), max);
  }

  /** Counts an account that is to be made. @returns Why it comes too early. */
  refuseRegister(from: TriedFrom): Refusal | undefined {
    const wait = this.guesses.register(from, this.#parts.steady());
    return wait === 0 ? undefined : tooManyAccounts(wait);
  }

  /** Makes a name an account. @param via See `Registry.write`; so below. */
  register(registration: Registration, via?: KeptValues["write"]): Promise<Proved | Refusal> {
    return this.#registerOr(registration, via).catch(refusalOf);
  }

  async #registerOr(
    { name, password, role = "user", identity, device, from, late, heldBy }: Registration,
    via?: KeptValues["write"],
  ): Promise<Proved | Refusal> {
    const checked = newPassword(password, name);
    if (checked.kind === "bad") return { kind: "refused", code: "invalid", msg: checked.reason };
    const owned = this.ownerOf(name) ?? (heldBy && heldAs(heldBy, name));
    if (owned !== undefined) return taken(name, owned);
    if (this.#registry.isFull(from === undefined)) {
      return { kind: "refused", code: "busy", msg: "This server has as many accounts as it can." };
    }
    using claim = identity === undefined ? undefined : this.spent.claim(identity);
    if (identity !== undefined && claim === undefined) return SPENT;
    using _claim = this.#registry.claim(name);
    const made = device && newDevice(device.name, this.#parts.clock());
    const record: AccountRecord = {
      name,
      role,
      created: this.#parts.clock(),
      identity: identity ?? randomToken(),
      password: await this.#hasher.make(checked.bytes, lineOf(fold(name), from)),
      devices: made === undefined ? [] : [made.device],
    };
    // To hash takes a while, and much may be decided in it.
    const refusal = late?.();
    if (refusal !== undefined) return refusal;
    const spent = identity === undefined ? [] : [this.spent.put(identity)];
    await this.#registry.write(record, via, false, spent);
    return this.#proved(record, made?.device, made?.token);
  }

  /** Proves somebody by its device's token. @returns At once: it costs a digest. */
  showDevice(name: UserName, token: string): Proved | Refusal {
    const record = this.#registry.read(fold(name));
    const device = record && deviceOf(record.devices, token);
    if (record === undefined || device === undefined) return UNKNOWN_DEVICE;
    this.#see(record, device.id, SEEN_MS);
    return this.#proved(record, device);
  }

  /** Proves somebody by its password. */
  showPassword(shown: Shown): Promise<Proved | Refusal> {
    return this.#showPasswordOr(shown).catch(refusalOf);
  }

  async #showPasswordOr(
    { name, password, from, device }: Shown,
  ): Promise<Proved | Refusal> {
    const key = fold(name);
    const fitting = await this.#try(key, password, from);
    if ("kind" in fitting) return fitting;
    const bytes = passwordBytes(password);
    const stronger = bytes !== undefined && this.#hasher.isOutdated(fitting.password)
      ? await this.#hasher.make(bytes, lineOf(key, from))
      : undefined;
    // As it is now, from here on without anything in between.
    const before = this.#registry.read(key);
    if (before === undefined || !same(before, fitting)) return UNFIT;
    const made = device && newDevice(device.name, this.#parts.clock());
    if (made === undefined && stronger === undefined) return this.#proved(before, undefined);
    const isHere = (id: string) => this.#parts.isHere?.(key, id) ?? false;
    const record: AccountRecord = {
      ...before,
      password: stronger ?? before.password,
      devices: made === undefined
        ? before.devices
        : withDevice(before.devices, made.device, isHere),
    };
    try {
      await this.#registry.write(record);
    } catch (error) {
      // Who shows the right password comes in all the same when the disk is full, and has no token then.
      if (!(error instanceof StorageError) || error.outcome !== "refused") throw error;
      return this.#proved(before, undefined);
    }
    for (const device of before.devices) {
      if (!record.devices.includes(device)) this.#parts.onGaveWay?.(key, device.id);
    }
    return this.#proved(record, made?.device, made?.token);
  }

  /**
   * Gives an account another password. From whoever is no operator it takes a try also when the old one is right: it costs two
   * hashes, and nobody does it twenty times in a row.
   *
   * @param old The one it has, from whoever is no operator; and where that comes from.
   * @param late See `Registration`.
   */
  async setPassword(
    key: FoldedName,
    password: string,
    old?: { readonly password: string; readonly from: TriedFrom },
    via?: KeptValues["write"],
    late?: Registration["late"],
  ): Promise<Done | Refusal> {
    try {
      const before = this.#registry.read(key);
      if (before === undefined) return GONE;
      const checked = newPassword(password, before.name);
      if (checked.kind === "bad") return { kind: "refused", code: "invalid", msg: checked.reason };
      const fitting = old && await this.#try(key, old.password, old.from);
      if (fitting !== undefined && "kind" in fitting) return fitting;
      if (old !== undefined) this.guesses.begin(key, old.from, this.#parts.steady());
      const hash = await this.#hasher.make(checked.bytes, lineOf(key, old?.from));
      const record = this.#registry.read(key);
      if (record === undefined) return GONE;
      if (fitting !== undefined && !same(record, fitting)) return UNFIT;
      const refusal = late?.();
      if (refusal !== undefined) return refusal;
      // Who forgot it, or lost a device, asks an operator: then no device is trusted any more.
      const devices = old === undefined ? [] : record.devices;
      await this.#registry.write({ ...record, password: hash, devices }, via, true);
      this.guesses.comesOnlyFrom(key, old?.from);
      return DONE;
    } catch (error) {
      return refusalOf(error);
    }
  }

  /** Takes a device's token away. */
  async revoke(key: FoldedName, device: string): Promise<Done | Refusal> {
    const record = this.#registry.read(key);
    const devices = record?.devices.filter(({ id }) => id !== device);
    if (record === undefined || devices?.length === record.devices.length) {
      return { kind: "refused", code: "not_found", msg: "There is no device of that id." };
    }
    return await this.#change({ ...record, devices: devices ?? [] });
  }

  /** Says what an account may do. */
  async setRole(
    key: FoldedName,
    role: AccountRole,
    via?: KeptValues["write"],
  ): Promise<Done | Refusal> {
    const record = this.#registry.read(key);
    return record === undefined ? GONE : await this.#change({ ...record, role }, via);
  }

  /** Takes an account away: its name is free then. */
  async remove(key: FoldedName, via?: KeptValues["write"]): Promise<Done | Refusal> {
    if (this.#registry.read(key) === undefined) return GONE;
    try {
      await this.#registry.remove(key, via);
      // Nobody else could use it; should it stay, it is of no use.
      this.#parts.values.write(readKey(key), undefined, () => {});
      return DONE;
    } catch (error) {
      return refusalOf(error);
    }
  }

  /** A device was here until now. Nobody waits for that, and what a full disk refuses of it is not missed. */
  seen(key: FoldedName, device: string): void {
    const record = this.#registry.read(key);
    if (record !== undefined) this.#see(record, device, LEFT_MS);
  }

  #see(record: AccountRecord, device: string, exactMs: number): void {
    const devices = seenNow(record.devices, device, { now: this.#parts.clock(), exactMs });
    if (devices !== undefined) this.#registry.write({ ...record, devices }).catch(() => {});
  }

  async #change(record: AccountRecord, via?: KeptValues["write"]): Promise<Done | Refusal> {
    try {
      await this.#registry.write(record, via, true);
      return DONE;
    } catch (error) {
      return refusalOf(error);
    }
  }

  #proved(
    { name, identity, password: { hash } }: AccountRecord,
    device: Device | undefined,
    token?: string,
  ): Proved {
    return {
      kind: "proved",
      name,
      role: this.#registry.roleOf(fold(name)),
      identity,
      ...(device === undefined ? { hash } : { device: device.id }),
      ...(token === undefined ? {} : { token }),
    };
  }

  /** Tries a password. @returns The record as it is now, if it fits. @throws {TooManyHashes} */
  async #try(
    key: FoldedName,
    password: string,
    from: TriedFrom,
  ): Promise<AccountRecord | Refusal> {
    const { steady } = this.#parts;
    const giveBack = this.guesses.begin(key, from, steady());
    if (typeof giveBack === "number") return tooManyTries(giveBack);
    const before = this.#registry.read(key);
    const bytes = passwordBytes(password) ?? NO_PASSWORD;
    try {
      const fits = await this.#hasher.fits(bytes, before?.password, lineOf(key, from));
      const now = this.#registry.read(key);
      if (!fits && before !== undefined) this.#parts.onWrong?.(key);
      if (!fits || now === undefined || before === undefined || !same(now, before)) return UNFIT;
      giveBack(steady());
      return now;
    } catch (error) {
      // It was not looked at.
      giveBack(steady());
      throw error;
    }
  }
}

/** What is hashed in place of a text that can be no password, so that it takes as long. */
const NO_PASSWORD = new Uint8Array(1);

/**
 * The line in which a password waits to be hashed: its address's, or where all come from one that has no limits, as behind a proxy,
 * its name's.
 */
function lineOf(key: FoldedName, from: TriedFrom | undefined): string {
  return from === undefined || from.exempt ? `name ${key}` : `address ${addressKey(from)}`;
}

/** Somebody who has no account, as if he had one: who makes a name his own does not learn whether one is here. */
function heldAs(
  { name, key }: { readonly name: UserName; readonly key: FoldedName },
  wanted: UserName,
): Owned {
  return key === fold(wanted) ? { kind: "own", key, name } : { kind: "alike", name };
}

/** Whether two readings of a record have the same password. */
function same(one: AccountRecord | undefined, other: AccountRecord): boolean {
  return one?.password.hash === other.password.hash && one.identity === other.identity;
}

/** Checks a name that is to be an account's. */
export function accountName(text: string): UserName | Refusal {
  const checked = newUserName(text);
  if (checked.kind === "name") return checked.name;
  return { kind: "refused", code: "bad_name", msg: checked.reason };
}
