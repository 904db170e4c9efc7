/**
 * Those who were in a room at some moment and have not left it since, but one: to them a file was offered.
 *
 * ```text
 *   stays of the room   1: Anna   2: Ben   3: Cleo │ 4: Dora …      each who enters has the next number
 *                       └── the audience of Anna ──┘
 * ```
 *
 * It is a number and not a list: a room of a thousand in which everybody offers something remembers a thousand numbers and not a
 * million names. Who it is that asks is told by the number of its stay, how many are left is counted while they leave.
 *
 * @module
 */

import type { Room } from "./room.ts";
import type { Member } from "./member.ts";
import type { Audience } from "../files/offers.ts";
import type { ServerMessage } from "../wire/mod.ts";

/** Such an audience. It counts only between `begin` and `end`. */
export class RoomAudience implements Audience {
  readonly #room: Room;
  readonly #speaker: Member;
  /** Who entered last belongs to it. */
  readonly #lastStay: number;
  /** Those who belong to it no more, though they are still there. */
  #dropped: Set<Member> | undefined;
  #onLeft: () => void = () => {};
  size: number;
  readonly able: number;

  /** @param speaker Who does not belong to it. */
  constructor(room: Room, speaker: Member) {
    const { stays, size, textMembers } = room;
    const own = room.stayOf(speaker) === undefined ? 0 : 1;
    this.#room = room;
    this.#speaker = speaker;
    this.#lastStay = stays;
    this.size = size - own;
    this.able = size - textMembers - (speaker.speech === "frames" ? own : 0);
  }

  begin(onLeft: () => void): void {
    this.#onLeft = onLeft;
    this.#room.audiences.add(this);
  }

  end(): void {
    this.size = 0;
    this.#dropped = undefined;
    this.#room.audiences.delete(this);
  }

  has(user: Member): boolean {
    const stay = this.#room.stayOf(user);
    return stay !== undefined && stay <= this.#lastStay && user !== this.#speaker &&
      this.size > 0 && !this.#dropped?.has(user);
  }

  drop(user: Member): void {
    if (!this.has(user)) return;
    (this.#dropped ??= new Set()).add(user);
    this.size--;
  }

  isThere(user: Member): boolean {
    return this.#room.stayOf(user) !== undefined;
  }

  tell(message: ServerMessage): void {
    this.#room.tellOthers(message, this.#speaker);
  }

  /** Somebody leaves the room, whose stay had that number. */
  left(user: Member, stay: number): void {
    if (stay > this.#lastStay || user === this.#speaker || this.#dropped?.delete(user)) return;
    this.size--;
    this.#onLeft();
  }
}
