/**
 * How somebody comes in: judged, asked who it is, and taken in.
 *
 * ```text
 *   Login / Register ─► judge_login.ts ─► prove.ts ─┬─ a guest, or proved ──► log_in.ts
 *         ▲              too fast, no name: the end  ├─ asked for a password ─┐
 *         │                                          └─ refused ──────────────┤
 *         └──────────── while there are tries left ───────────────────────────┘
 * ```
 *
 * A client of frames is told why and may try again over the same connection; a client of text is asked for the password, and
 * its next line is one. What was judged is judged once more when a password was looked at: somebody may have come meanwhile. So
 * it is when it had to be looked up what an account comes back to.
 *
 * @module
 */

import { type Proved, type Refusal, requiresAccount } from "../accounts/accounts.ts";
import { mostOften } from "../accounts/devices.ts";
import { DEVICES_MAX, TRIES_MAX } from "../accounts/limits.ts";
import { ofHook } from "../accounts/operating.ts";
import { taken } from "../accounts/refusals.ts";
import { stillProved } from "../accounts/proof.ts";
import type { Codec } from "../codec/codec.ts";
import { type Admission, admit } from "../commands/login.ts";
import type { ConnectionInfo } from "../link/connection.ts";
import { refuseSecrets } from "./in_the_clear.ts";
import { judgeLogin, msBeforeJudging } from "./judge_login.ts";
import type { Link } from "../link/link.ts";
import { invitationOf, letOthersGo, useInvitation, writeWithUse } from "./invited.ts";
import type { InvitationRecord } from "../invitations/record.ts";
import { logIn, ownSecret, type ReadLogin } from "./log_in.ts";
import { type Outcome, prove } from "./prove.ts";
import { type Home, homeOf, NO_HOME } from "../unread/home.ts";
import { secretOf, tagOf } from "./identity.ts";
import { errorMessage, refusalOf } from "../perform.ts";
import { wantedRooms } from "./wanted_rooms.ts";
import type { Host, Member } from "../rooms/member.ts";
import type { SessionParts } from "./session_parts.ts";
import {
  type ErrorMessage,
  fold,
  type Login,
  type Register,
  type ServerMessage,
} from "../wire/mod.ts";

/** A session that nobody has come in over yet. */
export interface Arriving extends Host {
  /** How it speaks; `undefined` when it has ended meanwhile. */
  readonly codecOfArrival: Codec | undefined;
  /** Makes it a member's. */
  enter(member: Member, codec: Codec): void;
  /** Lets it take longer: it was asked for something that has to be looked up. */
  allowTime(): void;
  /** Waits, but not beyond the end. */
  pause(ms: number): Promise<void>;
  say(message: ServerMessage): void;
  end(last: ServerMessage): void;
}

type Admitted = Extract<Admission, { kind: "admit" }>;

/** Whoever comes in over one connection. */
export class ComingIn {
  readonly #parts: SessionParts;
  readonly #session: Arriving;
  readonly #link: Link;
  readonly #info: ConnectionInfo;
  /** How often it was refused, and how often it was asked for a password without having tried one. */
  #tries = 0;
  #asked = 0;

  constructor(parts: SessionParts, session: Arriving, link: Link, info: ConnectionInfo) {
    this.#parts = parts;
    this.#session = session;
    this.#link = link;
    this.#info = info;
  }

  /** Hears a `Login` or `Register`. */
  take(message: Login | Register): Promise<void> | undefined {
    const login = message.type === "Login" ? message : loginOf(message);
    const registers = message.type === "Register";
    const ms = msBeforeJudging(this.#info, login, performance.now());
    if (ms === 0) return this.#read(login, registers);
    return this.#session.pause(ms).then(() => this.#read(login, registers));
  }

  #read(login: Login, registers: boolean): Promise<void> | undefined {
    const wanted = wantedRooms(this.#parts.world.hall, this.#link.account, login);
    return wanted instanceof Promise
      ? wanted.then((wanted) => this.#judge({ login, wanted }, registers))
      : this.#judge({ login, wanted }, registers);
  }

  #judge(read: ReadLogin, registers: boolean): Promise<void> | undefined {
    const { login } = read;
    const info = this.#info;
    const codec = this.#session.codecOfArrival;
    if (codec === undefined) return;
    const shown = invitationOf(this.#parts.world, login, registers);
    const coming = { invited: shown.kind === "invitation" };
    const judgement = judgeLogin(this.#parts, info, login, coming, performance.now());
    if (judgement.kind === "refuse") {
      const { last, lateMs } = judgement;
      if (lateMs === 0) return void this.#session.end(last);
      return this.#session.pause(lateMs).then(() => this.#session.end(last));
    }
    if (shown.kind === "refused") return this.#refuse(login, codec, shown.refusal);
    const invitation = shown.kind === "invitation" ? shown.invitation : undefined;
    const invited = invitation === undefined ? read : { ...read, invitation };
    if (registers && this.#isHook(judgement)) {
      return this.#refuse(login, codec, ofHook(judgement.name));
    }
    const barred = registers
      ? this.#refuseMaking(login, judgement, shown.kind === "invitation")
      : undefined;
    if (barred !== undefined) return this.#refuse(login, codec, barred);
    const outcome = prove(this.#parts.world.accounts, {
      name: judgement.name,
      login,
      registers,
      invited: invitation && writeWithUse(this.#parts.world, invitation, {
        name: judgement.name,
        registered: true,
      }),
      heldBy: this.#parts.world.hall.holderOf(judgement.name),
      operator: judgement.operator,
      keepsToken: codec.speech === "frames",
      from: info.address,
      // It may be said while the password is hashed.
      late: () => this.#refuseMaking(login, judgement, shown.kind === "invitation"),
    });
    return outcome instanceof Promise
      ? outcome.then((outcome) => this.#proved(invited, judgement, this.#asItIsNow(outcome)))
      : this.#proved(invited, judgement, outcome);
  }

  /** What was proved while a password was looked at, and its device written: that may be another's by now, or have another role. */
  #asItIsNow(outcome: Outcome): Outcome {
    if (outcome.kind !== "proved") return outcome;
    return stillProved(this.#parts.world.accounts.accounts, outcome);
  }

  #proved(read: ReadLogin, admitted: Admitted, outcome: Outcome): Promise<void> | undefined {
    const codec = this.#session.codecOfArrival;
    if (codec === undefined) return;
    switch (outcome.kind) {
      case "ask":
        return this.#ask(read.login, codec, outcome.msg);
      case "refused":
        return this.#refuse(read.login, codec, outcome);
      case "guest":
        if (this.#isHook(admitted)) return this.#refuse(read.login, codec, ofHook(admitted.name));
        if (read.invitation !== undefined) return this.#guestBy(read.invitation, read, admitted);
        return this.#logIn(read, codec, admitted);
      case "proved":
        if (read.invitation === undefined) return this.#enter(read, codec, outcome);
        return this.#accountBy(read.invitation, read, { admitted, proved: outcome });
      default:
        outcome satisfies never;
    }
  }

  /** A guest comes in by an invitation, which is to know him again. */
  async #guestBy(
    invitation: InvitationRecord,
    read: ReadLogin,
    admitted: Admitted,
  ): Promise<void> {
    const { world, operatorToken } = this.#parts;
    const comesBy = this.#session.codecOfArrival;
    const session = secretOf(ownSecret(world, read.login), comesBy?.newSecret?.bind(comesBy));
    const login = { ...read.login, session };
    const banned = this.#refuseBan(login, admitted);
    if (banned !== undefined) return this.#session.end(banned);
    const comer = { name: admitted.name, identity: session, registered: false };
    const refusal = await useInvitation(world, invitation, comer);
    const codec = this.#session.codecOfArrival;
    if (codec === undefined) return;
    if (refusal !== undefined) return this.#refuse(login, codec, refusal);
    // Somebody may have come meanwhile, and the name may be an account's or a hook's.
    const again = admit(login, (name) => world.hall.holderOf(name), operatorToken);
    if (again.kind === "refuse") {
      return this.#session.end(refusalOf(again.code, login.id, again));
    }
    const owned = world.accounts.accounts.ownerOf(again.name);
    if (owned !== undefined) return this.#refuse(login, codec, taken(again.name, owned));
    if (this.#isHook(again)) return this.#refuse(login, codec, ofHook(again.name));
    letOthersGo(world, session);
    await this.#logIn(withRoom({ ...read, login }, invitation), codec, again);
  }

  /** An account does, which may have been made by it just now. */
  async #accountBy(
    invitation: InvitationRecord,
    read: ReadLogin,
    { admitted, proved }: { readonly admitted: Admitted; readonly proved: Proved },
  ): Promise<void> {
    const { world } = this.#parts;
    // Who may not be here uses up nothing, and gets no place.
    const banned = this.#refuseBan(read.login, admitted, proved);
    if (banned !== undefined) return this.#session.end(banned);
    const comer = { name: proved.name, identity: proved.identity, registered: true };
    const refusal = await useInvitation(world, invitation, comer);
    const codec = this.#session.codecOfArrival;
    if (codec === undefined) return;
    if (refusal !== undefined) return this.#refuse(read.login, codec, refusal);
    const still = this.#asItIsNow(proved);
    if (still.kind === "refused") return this.#refuse(read.login, codec, still);
    if (still.kind === "proved") await this.#enter(withRoom(read, invitation), codec, still);
  }

  #enter(read: ReadLogin, codec: Codec, proved: Proved): Promise<void> | undefined {
    const { name } = proved;
    const key = fold(name);
    this.#parts.world.accounts.accounts.guesses.cameIn(key, this.#info.address);
    // Lines are of one room at a time: who speaks them comes into the lobby. Who names the rooms comes into no others.
    if (codec.speech === "text" || read.login.rooms !== undefined) {
      return this.#comeHome(read, codec, proved, NO_HOME);
    }
    const { identity } = proved;
    const reader = { name, key, tag: tagOf(identity, key) };
    using expected = new DisposableStack();
    expected.use(this.#parts.world.unread.expects(reader));
    const home = homeOf(this.#parts.world, reader, this.#link.account);
    if (!(home instanceof Promise)) return this.#comeHome(read, codec, proved, home);
    return this.#comeHomeLater(read, proved, home, expected.move());
  }

  /** The same, when it is known what waits there. */
  async #comeHomeLater(
    read: ReadLogin,
    proved: Proved,
    looked: Promise<Home>,
    until: DisposableStack,
  ): Promise<void> {
    let coming: Promise<void> | undefined;
    {
      using _expected = until;
      const home = await looked;
      const codec = this.#session.codecOfArrival;
      if (codec === undefined) return;
      const still = stillProved(this.#parts.world.accounts.accounts, proved);
      if (still.kind === "refused") return this.#refuse(read.login, codec, still);
      coming = this.#comeHome(read, codec, still, home);
    }
    await coming;
  }

  #comeHome(
    read: ReadLogin,
    codec: Codec,
    proved: Proved,
    home: Home,
  ): Promise<void> | undefined {
    const { login } = read;
    const { hall } = this.#parts.world;
    const username = proved.name;
    const again = admit(
      { ...login, username },
      (name) => hall.holderOf(name),
      this.#parts.operatorToken,
    );
    const here = hall.membersOf(fold(username));
    if (again.kind === "admit" && here.length >= DEVICES_MAX) {
      const msg = `You are here ${DEVICES_MAX} times already.`;
      // Who shows the password can take tokens away: whoever has one of them, and is here with it again and again, gives way.
      if (login.password === undefined) {
        return void this.#session.end(refusalOf("busy", login.id, { msg }));
      }
      mostOften(here)?.dismiss(errorMessage("busy", msg));
    }
    if (again.kind === "admit") return this.#logIn(read, codec, again, proved, home);
    return void this.#session.end(refusalOf(again.code, login.id, again));
  }

  #logIn(
    read: ReadLogin,
    codec: Codec,
    admitted: Admitted,
    proved?: Proved,
    home?: Home,
  ): Promise<void> | undefined {
    const host = this.#session;
    const banned = this.#refuseBan(read.login, admitted, proved);
    if (banned !== undefined) return void host.end(banned);
    const enter = (member: Member) => host.enter(member, codec);
    const session = { host, link: this.#link, info: this.#info, codec, enter };
    return logIn(this.#parts, session, read, admitted, proved, home);
  }

  /** Whether the name, or one that it looks like, is that of a program which speaks by a hook. */
  #isHook({ name }: Admitted): boolean {
    return this.#parts.world.hooks.book.holderOf(name) !== undefined;
  }

  #refuseBan(
    login: Login,
    { name, operator }: Admitted,
    proved?: Proved,
  ): ErrorMessage | undefined {
    const { address, client } = this.#info;
    const banned = this.#parts.bans.refuseLogin({
      name,
      operator: operator || proved?.role === "operator",
      origin: address.exempt ? undefined : client.hostname,
      identity: proved?.identity ?? login.session,
      registered: proved !== undefined,
    });
    return banned && refusalOf(banned.code, login.id, banned);
  }

  /**
   * Why somebody makes no account who may not be here; he makes it as a guest, who is hit also by what looks like a banned name. Where nobody
   * learns names without a proof, a banned one is answered as one that is an account's.
   */
  #refuseMaking(login: Login, admitted: Admitted, invited: boolean): Refusal | undefined {
    const { bans, world: { accounts: { mode, accounts } } } = this.#parts;
    // Then he makes none anyway, whatever the name.
    if (mode === "closed" && !invited) return undefined;
    const banned = this.#refuseBan(login, admitted);
    if (banned === undefined) return undefined;
    const { address, client } = this.#info;
    const isFromThere = !address.exempt && bans.refuseAddress(client.hostname) !== undefined;
    if (invited || !requiresAccount(mode) || isFromThere) {
      return { kind: "refused", code: banned.code, msg: banned.msg };
    }
    const { name } = admitted;
    return accounts.refuseRegister(address) ?? taken(name, { kind: "own", key: fold(name), name });
  }

  #ask({ id, username }: Login, codec: Codec, msg: string): undefined {
    const unsafe = refuseSecrets(this.#parts, { link: this.#link, info: this.#info });
    if (unsafe !== undefined) return void this.#session.end(refusalOf(unsafe.code, id, unsafe));
    const refusal = refusalOf("auth_failed", id, { msg });
    if (++this.#asked > TRIES_MAX) return void this.#session.end(refusal);
    if (codec.askPassword === undefined) this.#session.say(refusal);
    else this.#prompt(username, codec);
    this.#session.allowTime();
  }

  #refuse({ id, username }: Login, codec: Codec, { code, ...why }: Refusal): undefined {
    const refusal = refusalOf(code, id, why);
    if (++this.#tries >= TRIES_MAX || LASTING.has(code)) return void this.#session.end(refusal);
    this.#session.say(refusal);
    if (codec.askPassword !== undefined) this.#prompt(username, codec);
    this.#session.allowTime();
  }

  #prompt(username: string, codec: Codec): void {
    codec.askPassword?.(username);
    this.#session.say({ type: "Notice", msg: `Password for ${username}:` });
  }
}

/** With the room that an invitation leads to. Who names the rooms that he wants comes into no others. */
function withRoom(read: ReadLogin, { room }: InvitationRecord): ReadLogin {
  if (room === undefined || read.login.rooms !== undefined) return read;
  return { ...read, wanted: [...read.wanted, [room, undefined]] };
}

/** What is there of a login in somebody's first word about an account; whatever else it says was not looked at. */
function loginOf({ id, username, password, deviceName, invitation, typing }: Register): Login {
  return {
    type: "Login",
    username,
    password,
    ...(id === undefined ? {} : { id }),
    ...(deviceName === undefined ? {} : { deviceName }),
    ...(invitation === undefined ? {} : { invitation }),
    ...(typing === undefined ? {} : { typing }),
  };
}

/** What no other password would change. */
const LASTING: ReadonlySet<string> = new Set(["banned", "forbidden", "name_taken"]);
