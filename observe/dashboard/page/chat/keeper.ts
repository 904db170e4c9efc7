/**
 * What the browser keeps for one reader, and tells no other: who comes in next on the same machine is somebody else.
 *
 * ```text
 *   account   localStorage     {"of": "anna", "kept": …}      until it logs out
 *   guest     sessionStorage   likewise                       as long as the tab, as the guest's session
 * ```
 *
 * @module
 */

import { foldText } from "../../../../server/wire/names/mod.ts";

/** For whom something is kept, and where. */
export interface Keeper {
  /** In the form in which names are compared. */
  readonly name: string;
  readonly where: "localStorage" | "sessionStorage";
}

/** The keeper of whoever has that name. */
export function keeperOf(name: string, isAccount: boolean): Keeper {
  return { name: foldText(name), where: isAccount ? "localStorage" : "sessionStorage" };
}

/** What is kept for that one; `undefined` for nothing. */
export function readKept({ name, where }: Keeper, key: string): unknown {
  try {
    const value: unknown = JSON.parse(globalThis[where].getItem(key) ?? "null");
    if (typeof value !== "object" || value === null || !("of" in value)) return undefined;
    return value.of === name && "kept" in value ? value.kept : undefined;
  } catch {
    // A browser that blocks storage throws at its name alone.
    return undefined;
  }
}

/** Keeps something for that one; `undefined` takes away what was. */
export function writeKept(keeper: Keeper, key: string, kept: unknown): void {
  const { name, where } = keeper;
  try {
    if (kept !== undefined) globalThis[where].setItem(key, JSON.stringify({ of: name, kept }));
    else if (readKept(keeper, key) !== undefined) globalThis[where].removeItem(key);
  } catch {
    // As above, or it is full: it is known until the page is loaded again.
  }
}
