/**
 * Joins and leaves: all that come one after the other are one line, which is updated.
 *
 * ```text
 *   bob joins, ci joins, ci leaves        bob, ci joined · ci left
 *   dan leaves, dan joins                 dan left and came back
 *   a bot joins and leaves all night      bot joined · bot left
 * ```
 *
 * Of each name the first and the last movement are kept. So the line says who is here now and was
 * not before, and the other way round, however often somebody went in and out; and it is bounded,
 * in what it shows and in what it keeps.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";
import { shownName } from "../../talk/mod.ts";
import { PRESENCE_NAMES_MAX, PRESENCE_NAMES_SHOWN_MAX } from "./limits.ts";
import { safeText } from "./safe.ts";

/** Who came and who went. */
export interface Movement {
  readonly joined: readonly string[];
  readonly left: readonly string[];
  /** Whether those who came are guests, where there are others. */
  readonly guests?: boolean;
}

/** What one name did, from the beginning of a line to its end. */
export interface Moves {
  /** Safe text, as it was written last. */
  readonly name: string;
  /** Whether it came as a guest. Of who only left it is not told. */
  readonly guest: boolean;
  readonly first: "joined" | "left";
  readonly last: "joined" | "left";
}

/** A line about who came and went. */
export interface PresenceLine {
  readonly kind: "presence";
  /** When somebody moved last. */
  readonly at: number;
  /** Safe text. */
  readonly text: readonly string[];
  /** Folded name → what it did. */
  readonly moves: ReadonlyMap<string, Moves>;
}

/**
 * The line about a movement.
 *
 * @param before The line whose place the new one takes, if there is one.
 */
export function presenceLine(
  before: PresenceLine | undefined,
  { joined, left, guests = false }: Movement,
  at: number,
): PresenceLine {
  const moves = new Map(before?.moves);
  for (const name of joined) add(moves, name, "joined", guests);
  for (const name of left) add(moves, name, "left");
  const text = [sentence([...moves.values()])];
  // With so many nothing is added any more, and the others need not be remembered.
  return { kind: "presence", at, text, moves: new Map(moves.entries().take(PRESENCE_NAMES_MAX)) };
}

function add(
  moves: Map<string, Moves>,
  name: string,
  move: Moves["last"],
  isGuest?: boolean,
): void {
  const key = foldText(name);
  const before = moves.get(key);
  const guest = isGuest ?? before?.guest ?? false;
  moves.set(key, { name: safeText(name), guest, first: before?.first ?? move, last: move });
}

function sentence(moves: readonly Moves[]): string {
  const joined = moves.filter(({ first }) => first === "joined");
  const left = moves.filter(({ last }) => last === "left");
  const back = moves.filter(({ first, last }) => first === "left" && last === "joined");
  return [clause(joined, "joined"), clause(left, "left"), clause(back, "left and came back")]
    .filter((text) => text !== "").join(" · ");
}

function clause(moves: readonly Moves[], verb: string): string {
  if (moves.length === 0) return "";
  const shown = moves.slice(0, PRESENCE_NAMES_SHOWN_MAX).map(({ name, guest }) =>
    shownName(name, guest)
  )
    .join(", ");
  const rest = moves.length - PRESENCE_NAMES_SHOWN_MAX;
  return `${shown}${rest > 0 ? ` … and ${rest} more` : ""} ${verb}`;
}
