/**
 * What was said and has no answer yet, kept in this tab for who said it: a page that is loaded again meanwhile, or that a phone has put away,
 * shows it as not sent, to be said again under the id that it had, or given up. What was stored after all stands in the history under that id,
 * and goes from here when that comes.
 *
 * @module
 */

import { effect } from "@preact/signals";
import { changed, views, viewsChanged } from "../state.ts";
import { type Keeper, readKept, writeKept } from "./keeper.ts";
import { openView } from "./places.ts";
import type { Pending } from "./view.ts";

const KEY = "chat.unsent";
/** Said beside each. */
const UNANSWERED = "The page was loaded again before the server answered.";

type Unsent = Omit<Pending, "refusal" | "seq"> & {
  readonly kind: "room" | "private";
  readonly name: string;
};

let keeper: Keeper | undefined;
let written = "[]";
let isWatching = false;

/** From now on it is kept for that one; what was kept is shown. */
export function keepUnsent(of: Keeper): void {
  const before = keeper;
  keeper = { ...of, where: "sessionStorage" };
  if (before?.name !== of.name) show(keeper);
  if (!isWatching) effect(write);
  isWatching = true;
}

/** Nothing is kept any more of what was. */
export function forgetUnsent(): void {
  if (keeper !== undefined) writeKept(keeper, KEY, undefined);
  keeper = undefined;
}

function show(of: Keeper): void {
  const kept = readKept(of, KEY);
  for (const one of Array.isArray(kept) ? kept : []) {
    const unsent = unsentIn(one);
    if (unsent === undefined) continue;
    const { kind, name, ...said } = unsent;
    const view = openView(kind, name);
    if (view.pending.some(({ id }) => id === said.id)) continue;
    view.pending = [...view.pending, { ...said, refusal: UNANSWERED }];
  }
  changed();
}

function write(): void {
  viewsChanged.value;
  const all = views.value.flatMap(({ kind, name, pending }) =>
    pending.flatMap(({ refusal: _, seq, ...said }): Unsent[] =>
      seq === undefined ? [{ kind, name, ...said }] : []
    )
  );
  const text = JSON.stringify(all);
  if (keeper === undefined || text === written) return;
  written = text;
  writeKept(keeper, KEY, all.length === 0 ? undefined : all);
}

function unsentIn(value: unknown): Unsent | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { kind, name, id, content, at, reply } = value as Record<string, unknown>;
  if (kind !== "room" && kind !== "private") return undefined;
  if (typeof name !== "string" || typeof id !== "string" || typeof content !== "string") {
    return undefined;
  }
  if (typeof at !== "number") return undefined;
  return { kind, name, id, content, at, ...(typeof reply === "number" ? { reply } : {}) };
}
