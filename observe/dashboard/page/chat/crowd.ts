/**
 * Who is in a room, as its reader has it, and who came and went of late. Pure.
 *
 * @module
 */

import { foldText } from "../../../../server/wire/names/mod.ts";

/** Milliseconds in which who came and went is one line, and names in it. */
const PRESENCE_MS = 120_000;
const PRESENCE_NAMES = 6;

/** That some came and went. */
export interface Move {
  readonly joined: readonly string[];
  readonly left: readonly string[];
  /** Whether those who came have accounts, when that is known. */
  readonly account?: boolean | undefined;
}

/** Who is in one room. */
export class Crowd {
  /** Folded name → name. */
  people: Map<string, string> = new Map();
  /** Folded names of those who have accounts. */
  proved: Set<string> = new Set();
  /** Who came and went while it is asked who is here. */
  #moves: Move[] | undefined;
  #presence:
    | { readonly at: number; readonly joined: string[]; readonly left: string[] }
    | undefined;

  /** Who is here is asked for: who comes and goes meanwhile may not be in the answer. */
  asked(): void {
    this.#moves = [];
  }

  /** Those were here when it was asked, and these of them have accounts. */
  answered(people: readonly string[], accounts: readonly string[]): void {
    this.people = new Map(people.map((name) => [foldText(name), name]));
    this.proved = new Set(accounts.map((name) => foldText(name)));
    const moves = this.#moves ?? [];
    this.#moves = undefined;
    for (const move of moves) this.#move(move);
  }

  /** People came or went, and nothing is told of it. */
  knows(move: Move): void {
    this.#moves?.push(move);
    this.#move(move);
  }

  /**
   * People came or went.
   *
   * @param isLast Whether what was told of it before is the last that is told.
   * @returns What is to be told, and whether that takes the place of what was told before.
   */
  moved(
    move: Move,
    { at, isLast }: { readonly at: number; readonly isLast: boolean },
  ): { readonly text: string; readonly instead: boolean } {
    this.knows(move);
    const before = this.#presence;
    const instead = isLast && before !== undefined && at - before.at < PRESENCE_MS;
    const presence = instead ? before : { at, joined: [], left: [] };
    for (const name of move.joined) toggle(presence.left, presence.joined, name);
    for (const name of move.left) toggle(presence.joined, presence.left, name);
    this.#presence = presence;
    const parts = [named(presence.joined, "joined"), named(presence.left, "left")];
    return { text: parts.filter((part) => part !== "").join(", "), instead };
  }

  #move({ joined, left, account }: Move): void {
    for (const name of joined) {
      this.people.set(foldText(name), name);
      if (account === true) this.proved.add(foldText(name));
      else if (account === false) this.proved.delete(foldText(name));
    }
    for (const name of left) this.people.delete(foldText(name));
  }
}

/** Who left and came back has not moved. */
function toggle(from: string[], to: string[], name: string): void {
  const index = from.indexOf(name);
  if (index >= 0) from.splice(index, 1);
  else if (!to.includes(name)) to.push(name);
}

function named(names: readonly string[], what: string): string {
  if (names.length === 0) return "";
  const rest = names.length - PRESENCE_NAMES;
  const shown = names.slice(0, PRESENCE_NAMES).join(", ");
  return `${shown}${rest > 0 ? ` and ${rest} others` : ""} ${what}`;
}
