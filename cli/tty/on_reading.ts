/**
 * What the model makes of how far its reader has read: what waited while they were away, what they read on another device, and
 * what the server is to be told of what they read here.
 *
 * ```text
 *   Welcome.unread ─► counts, and the mark ─► looked at ─► once a second, if anything moved: Read ─► their other devices
 *   ReadMoved ──────► counts                                and what is left of it when they leave
 * ```
 *
 * Whatever a second brings, one frame tells of it: the last position in a view says all before it.
 *
 * @module
 */

import { foldText, type ReadMoved, type UnreadEntry, type Welcome } from "../../server/wire/mod.ts";
import { becameAccount, cameIn, enteredAt, readTo, toTell } from "../../talk/mod.ts";
import type { ReadEffect } from "./effects.ts";
import { WAITING_MAX } from "./limits.ts";
import { changed, currentView, type Model, only, opened, type Step } from "./model.ts";
import { lookedAt, placeOf, withReading } from "./unread.ts";
import { roomKey, type View, viewKey } from "./view.ts";

/** The model after a login: what waits is counted, and each conversation in which something does has its view. */
export function cameHome(
  model: Model,
  { account, heads = {}, rooms, unread = [] }: Welcome,
): Model {
  const keepsReading = account === true;
  if (!keepsReading) return { ...model, keepsReading };
  const headOf = new Map(Object.entries(heads).map(([room, head]) => [roomKey(room), head]));
  const inside = new Set(rooms.map(roomKey));
  const waits = new Map<string, UnreadEntry>();
  let next: Model = { ...model, keepsReading };
  for (const entry of unread.slice(-WAITING_MAX)) {
    if (entry.room !== undefined) waits.set(roomKey(entry.room), entry);
    if (entry.with === undefined || next.ignored.has(foldText(entry.with))) continue;
    waits.set(viewKey("private", entry.with), { ...entry, mentioned: true });
    next = { ...opened(next, "private", entry.with), lastWhisperFrom: entry.with };
  }
  const views = next.views.map((view) => {
    // Of a room that is still to be entered, nothing is said.
    if (view.kind === "room" && !inside.has(view.key)) return view;
    return withReading(view, cameIn(view.reading, waits.get(view.key), headOf.get(view.key)));
  });
  return { ...next, views };
}

/** One is in a room whose newest message is `seq`: what stands there is not new. */
export function cameInto(model: Model, room: string, seq: number): Model {
  return changed(
    model,
    roomKey(room),
    (view) => withReading(view, enteredAt(view.reading, seq)),
  );
}

/** The reader's name is their account from now on. */
export function accountBegins(model: Model): Model {
  const views = model.views.map((view) => withReading(view, becameAccount(view.reading)));
  return { ...model, keepsReading: true, views };
}

/** Another device of the reader has read on. */
export function readElsewhere(model: Model, { room, with: other = "", seq }: ReadMoved): Model {
  const key = room === undefined ? viewKey("private", other) : roomKey(room);
  return changed(model, key, (view) => withReading(view, readTo(view.reading, seq)));
}

/** What is on the screen is seen. */
export function looked(model: Model): Model {
  const view = currentView(model);
  const seen = lookedAt(view);
  return seen === view ? model : changed(model, view.key, () => seen);
}

/** What the server is to be told now: at most one position. */
export function readingTold(model: Model): Step {
  if (!model.keepsReading || model.status.kind !== "online") return only(model);
  for (const view of model.views) {
    const effect = effectOf(model, view);
    if (effect === undefined) continue;
    const next = changed(
      model,
      view.key,
      (old) => withReading(old, readTo(old.reading, effect.seq)),
    );
    return { model: next, effects: [effect] };
  }
  return only(model);
}

/** What the server is to be told when the reader leaves: all that it does not know. */
export function lastReadings(model: Model): readonly ReadEffect[] {
  if (!model.keepsReading || model.status.kind !== "online") return [];
  return model.views.flatMap((view) => effectOf(model, view) ?? []);
}

function effectOf(model: Model, view: View): ReadEffect | undefined {
  const seq = toTell(view.reading);
  if (seq === undefined || model.left.has(view.key)) return undefined;
  return { kind: "read", of: placeOf(view), seq };
}
