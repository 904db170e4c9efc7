/**
 * Tells a room who comes and goes: people, not their devices.
 *
 * ```text
 *   the first device of somebody ─► UserJoined ┐ each on its own, while few do; else gathered
 *   the last one goes ────────────► UserLeft   ┘ into one Presence a second
 * ```
 *
 * In a room of more than 256, and in any room while many come and go, arrivals and departures are gathered: ten thousand logins
 * must not make a hundred million frames. Who comes or goes pays for having the others told, as a speaker does: the first
 * of a digest for the digest, each further one for its name in it.
 *
 * @module
 */

import { TokenBucket } from "../../ground/mod.ts";
import { ANSWER_MS_PER_BYTE } from "../budget/mod.ts";
import {
  PRESENCE_DIGEST_MS,
  PRESENCE_EACH_BURST,
  PRESENCE_EACH_MAX,
  PRESENCE_EACH_PER_SECOND,
  PRESENCE_NAMES_MAX,
} from "../limits.ts";
import type { Member } from "./member.ts";
import type { FoldedName, RoomName, ServerMessage, UserName } from "../wire/mod.ts";

/** A room, as far as it has to be known to tell it something. */
export interface ToldRoom {
  readonly name: RoomName;
  /** How many members hear it. */
  readonly size: number;
  msToTell(bytes: number): number;
  /** @returns Bytes of the frame. */
  tellAll(message: ServerMessage): number;
}

interface Digest {
  readonly joined: Set<UserName>;
  readonly left: Set<UserName>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Who comes into one room, and who goes. */
export class Comings {
  readonly #room: ToldRoom;
  /** Arrivals and departures that are told each on its own: a crowd that comes and goes is told as one. */
  readonly #each = new TokenBucket(
    { perSecond: PRESENCE_EACH_PER_SECOND, burst: PRESENCE_EACH_BURST },
    performance.now(),
  );
  /** How many devices of each account are in it; of guests there is one. */
  #devices: Map<FoldedName, number> | undefined;
  #digest: Digest | undefined;
  #closed = false;
  /** How many members are in it beside the first device of each. */
  doubles = 0;

  constructor(room: ToldRoom) {
    this.#room = room;
  }

  /** Somebody is about to come in. */
  enter(member: Member): void {
    if (member.registered && this.#count(member, 1) > 1) this.doubles++;
    else this.#announce("UserJoined", member);
  }

  /** Somebody has gone out. */
  exit(member: Member): void {
    if (member.registered && this.#count(member, -1) > 0) this.doubles--;
    else this.#announce("UserLeft", member);
  }

  /** Somebody who is there has an account from now on. */
  registered(member: Member): void {
    this.#count(member, 1);
  }

  /** Stops the digest's timer; nobody is told any more who comes and goes. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#digest?.timer);
    this.#digest = undefined;
  }

  #count({ key }: Member, change: 1 | -1): number {
    const devices = this.#devices ??= new Map();
    const count = (devices.get(key) ?? 0) + change;
    if (count <= 0) devices.delete(key);
    else devices.set(key, count);
    return count;
  }

  #announce(type: "UserJoined" | "UserLeft", { name, account, registered }: Member): void {
    const room = this.#room;
    if (room.size === 0 || this.#closed) return;
    const each = room.size < PRESENCE_EACH_MAX && this.#digest === undefined;
    if (each && this.#each.take(performance.now())) {
      const marked = registered && type === "UserJoined" ? { account: true } : {};
      const bytes = room.tellAll({ type, username: name, room: room.name, ...marked });
      account.spend({ workMs: room.msToTell(bytes) });
      return;
    }
    const nameMs = room.size * name.length * ANSWER_MS_PER_BYTE;
    account.spend({ workMs: this.#digest === undefined ? room.msToTell(name.length) : nameMs });
    this.#digest ??= {
      joined: new Set(),
      left: new Set(),
      timer: setTimeout(() => this.#publishDigest(), PRESENCE_DIGEST_MS),
    };
    const { joined, left } = this.#digest;
    // Who came and left again within one digest is not worth a word.
    if (type === "UserJoined") left.delete(name) || joined.add(name);
    else joined.delete(name) || left.add(name);
  }

  #publishDigest(): void {
    const digest = this.#digest;
    this.#digest = undefined;
    if (digest === undefined) return;
    this.#room.tellAll({
      type: "Presence",
      room: this.#room.name,
      joined: [...digest.joined].slice(0, PRESENCE_NAMES_MAX),
      left: [...digest.left].slice(0, PRESENCE_NAMES_MAX),
      users: this.#room.size - this.doubles,
    });
  }
}
