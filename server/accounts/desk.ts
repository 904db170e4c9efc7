/**
 * What those who are here do with accounts: their own, and, with an operator's right, those of others.
 *
 * Each answer comes when what it says is durable. What that changes for others who are here is done at once then: who has
 * lost its device or its account is told and let go, a guest whose name has become somebody's account gets another one.
 *
 * @module
 */

import { Accounts, type AccountsMode, type Done, type Refusal } from "./accounts.ts";
import type { AccountEffect } from "../commands/types.ts";
import type { FileDesk } from "../files/desk.ts";
import type { Erasure } from "../erasing/erasure.ts";
import type { ServerEvent } from "../events.ts";
import { errorMessage, refusalOf } from "../perform.ts";
import type { Person } from "../order/person.ts";
import type { ServerBans } from "../order/server_bans.ts";
import { markOf, tagOf } from "../session/identity.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { News } from "../order/news.ts";
import type { MessageStore } from "../store/store_port.ts";
import type { Unread } from "../unread/unread.ts";
import { here, operate } from "./operating.ts";
import { stillProved } from "./proof.ts";
import { GONE, MADE_BY_OPERATORS } from "./refusals.ts";
import { renameGuest } from "./rename.ts";
import type { Hasher } from "./hasher.ts";
import type { DeviceEntry, FoldedName, ServerMessage, UserName, Welcome } from "../wire/mod.ts";

/** What a desk needs. */
export interface AccountDeskParts {
  readonly hall: Hall;
  readonly store: Pick<MessageStore, "append" | "values">;
  readonly news: News;
  readonly erasure: Erasure;
  readonly mode: AccountsMode;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds that pass whatever is done to the clock. */
  readonly steady: () => number;
  readonly hasher?: Hasher;
  /** Greets a guest who has become an account, as at a login. */
  readonly greet: (member: Member, token: string | undefined) => Welcome;
  readonly onEvent: (event: ServerEvent) => void;
  readonly files: Pick<FileDesk, "leave" | "putOut" | "roomsOf">;
  readonly unread: Pick<Unread, "putOut">;
  readonly bans: Pick<ServerBans, "refuse">;
  /** Whether a name, or one that looks like it, is a hook's. */
  readonly isHook: (name: UserName) => boolean;
}

/** Does what is asked of accounts. */
export class AccountDesk {
  readonly accounts: Accounts;
  readonly mode: AccountsMode;
  readonly #parts: AccountDeskParts;

  constructor(parts: AccountDeskParts) {
    const { store: { values }, clock, steady, hasher } = parts;
    this.#parts = parts;
    this.mode = parts.mode;
    const onWrong = (key: FoldedName) => this.#onWrong(key);
    this.accounts = new Accounts({
      values,
      clock,
      steady,
      onWrong,
      onGaveWay: (key, device) => this.#letDeviceGo(key, device),
      isHere: (key, device) => this.#isHere(key, device),
      ...(hasher === undefined ? {} : { hasher }),
    });
  }

  #isHere(key: FoldedName, device: string): boolean {
    return this.#parts.hall.membersOf(key).some((member) => member.device === device);
  }

  /** An account as somebody who need not be here; `undefined` when there is none of that name. */
  person(key: FoldedName): Person | undefined {
    if (!this.has(key)) return undefined;
    const record = this.accounts.read(key);
    if (record === undefined) return undefined;
    const { name, identity } = record;
    const { accounts } = this;
    return {
      name,
      key,
      tag: tagOf(identity, key),
      registered: true,
      origin: undefined,
      // Most who are away are whispered to, and nothing else.
      get operator() {
        return accounts.roleOf(key) === "operator";
      },
      get mark() {
        return markOf(identity);
      },
    };
  }

  /** Whether a name is an account's here. */
  has(key: FoldedName): boolean {
    return this.mode !== "off" && this.accounts.has(key);
  }

  /** Tells an owner who has come in what it has missed. */
  greet(member: Member): void {
    const tries = this.accounts.guesses.missed(member.key, this.#parts.steady());
    if (tries > 0) member.tell(guessed(tries));
  }

  /** A device is here no longer. */
  left({ key, device }: Member): void {
    if (device !== undefined) this.accounts.seen(key, device);
  }

  /** Does it, and answers the message `id`. */
  async perform(member: Member, effect: AccountEffect, id: string | undefined): Promise<void> {
    member.owed.add();
    try {
      const outcome = await this.#perform(member, effect, id);
      if (outcome === undefined) return;
      if (outcome.kind === "refused") {
        const { code, ...why } = outcome;
        return member.tell(refusalOf(code, id, why));
      }
      this.#acknowledge(member, id, outcome.told);
    } finally {
      member.owed.settle();
    }
  }

  async #perform(
    member: Member,
    effect: AccountEffect,
    id: string | undefined,
  ): Promise<Refusal | (Done & { readonly told?: string }) | undefined> {
    const { accounts } = this;
    switch (effect.do) {
      case "register":
        return await this.#register(member, effect, id);
      case "password": {
        const old = { password: effect.old, from: member.address };
        const outcome = await accounts.setPassword(member.key, effect.password, old);
        if (outcome.kind === "done") this.#letGoWithoutDevice(member);
        return told(outcome, "Your password is changed. Your devices stay logged in: /devices.");
      }
      case "devices":
        return this.#answer(member, id, { type: "DeviceList", devices: this.#devices(member) });
      case "revoke": {
        const { device } = effect;
        const outcome = await accounts.revoke(member.key, device);
        if (outcome.kind === "done") this.#letDeviceGo(member.key, device, member);
        // Whoever has taken away its own hears that as the last: it would be here over what no list shows.
        if (outcome.kind === "done" && member.device === device) {
          member.dismiss(id === undefined ? LOGGED_OUT : this.#acknowledgement(id));
          return undefined;
        }
        return told(outcome, "The device has to log in with the password again.");
      }
      default: {
        const onTaken = (name: UserName) => this.#renameGuests(name);
        const parts = { ...this.#parts, accounts: this.accounts, onTaken };
        const outcome = await operate(parts, member, effect);
        return "type" in outcome ? this.#answer(member, id, outcome) : outcome;
      }
    }
  }

  async #register(
    member: Member,
    { password, deviceName }: Extract<AccountEffect, { do: "register" }>,
    id: string | undefined,
  ): Promise<Refusal | undefined> {
    const { hall, greet, bans } = this.#parts;
    const { name, session: identity, address, speech } = member;
    if (this.mode === "off") return NO_ACCOUNTS;
    // Who is here by an invitation has used that up, and it may be none any more.
    if (this.mode === "closed" && !member.operator) return MADE_BY_OPERATORS;
    const early = this.accounts.refuseRegister(address);
    if (early !== undefined) return early;
    const device = speech === "frames" ? { device: { name: deviceName } } : {};
    const made = await this.accounts.register({
      name,
      password,
      identity,
      from: address,
      // Who was put out of the server meanwhile makes no account, nor who is just being put out.
      late: () => hall.isHere(member) && bans.refuse(member) === undefined ? undefined : GONE,
      ...device,
    });
    if (made.kind === "refused") return made;
    this.#letGoOfSecret(identity, member);
    if (!hall.isHere(member)) return undefined;
    // An operator may have taken it away behind it, or its password and its device, in the same group of the disk.
    const still = stillProved(this.accounts, made);
    if (still.kind === "refused") {
      member.dismiss(errorMessage("auth_failed", "Your account was changed by an operator."));
      return undefined;
    }
    member.prove(still);
    hall.looksDifferent(member);
    if (speech === "text") {
      member.tell({
        type: "Notice",
        msg: `The name '${name}' is yours. Log in with this password.`,
      });
    } else this.#answer(member, id, greet(member, made.token));
    return undefined;
  }

  /** Who is here as a guest with a secret that has become an account's would go on with what is that one's. */
  #letGoOfSecret(secret: string, owner: Member): void {
    const isGuest = (one: Member) => one !== owner && !one.registered && one.session === secret;
    for (const one of [...this.#parts.hall.members()].filter(isGuest)) {
      one.dismiss(errorMessage("auth_failed", "Your session has become an account's."));
    }
  }

  #devices(member: Member): DeviceEntry[] {
    const { clock } = this.#parts;
    const devices = this.accounts.read(member.key)?.devices ?? [];
    const entries = devices.map(({ id, name, seen }): DeviceEntry => {
      const lastSeen = this.#isHere(member.key, id) ? clock() : seen;
      return { id, name, lastSeen, ...(id === member.device ? { here: true } : {}) };
    });
    return entries.sort((one, other) => other.lastSeen - one.lastSeen);
  }

  /** Ends the other connections that came in by the old password alone: no list shows them, and nothing else ends them. */
  #letGoWithoutDevice(by: Member): void {
    for (const member of [...here(this.#parts.hall, by.key)]) {
      if (member === by || member.device !== undefined) continue;
      member.dismiss(errorMessage("auth_failed", "The password was changed."));
    }
  }

  /** Ends the connections of a device that lost its token, but for that of who took it away: that one is answered first. */
  #letDeviceGo(key: FoldedName, device: string, by?: Member): void {
    for (const member of [...here(this.#parts.hall, key)]) {
      if (member === by || member.device !== device) continue;
      member.dismiss(LOGGED_OUT);
    }
  }

  /** Whoever is here under a name that has become an account, or under one that looks like it, gets another one. */
  #renameGuests(name: UserName): void {
    const { hall, files, onEvent, isHook } = this.#parts;
    const parts = { hall, onEvent, leaveFiles: (member: Member) => files.leave(member) };
    for (;;) {
      const guest = hall.holderOf(name);
      if (guest === undefined || guest.registered) return;
      renameGuest(
        parts,
        guest,
        name,
        (name) => this.accounts.ownerOf(name) === undefined && !isHook(name),
      );
    }
  }

  #onWrong(key: FoldedName): void {
    const { onEvent } = this.#parts;
    const user = this.accounts.read(key)?.name ?? key;
    onEvent({ kind: "misproved", user, times: 1 });
    const devices = [...here(this.#parts.hall, key)];
    const tries = this.accounts.guesses.wrong(key, devices.length === 0, this.#parts.steady());
    if (tries > 0) { for (const member of devices) member.tell(guessed(tries)); }
  }

  #answer(member: Member, id: string | undefined, message: ServerMessage): undefined {
    member.tell(id === undefined ? message : { ...message, re: id });
  }

  #acknowledge(member: Member, id: string | undefined, msg: string | undefined): void {
    if (member.speech === "text") { if (msg !== undefined) member.tell({ type: "Notice", msg }); }
    else if (id !== undefined) member.tell(this.#acknowledgement(id));
  }

  #acknowledgement(id: string): ServerMessage {
    return { type: "Ack", re: id, room: "", seq: 0, at: this.#parts.clock() };
  }
}

const LOGGED_OUT: ServerMessage = errorMessage("auth_failed", "This device was logged out.");

/** That there are no accounts here. */
export const NO_ACCOUNTS: Refusal = {
  kind: "refused",
  code: "forbidden",
  msg: "This server keeps no accounts.",
};

function told(
  outcome: Done | Refusal,
  told: string,
): Refusal | (Done & { readonly told?: string }) {
  return outcome.kind === "done" ? { ...outcome, told } : outcome;
}

function guessed(tries: number): ServerMessage {
  const what = tries === 1 ? "A wrong password was" : `${tries} wrong passwords were`;
  return { type: "Notice", msg: `${what} tried for your name.` };
}
