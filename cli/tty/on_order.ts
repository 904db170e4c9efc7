/**
 * What the model makes of order in rooms: what was done to somebody, and what a command asks for.
 *
 * Who is put out of a room keeps what stands there, with the reason below it: `/join` tries to come back, `/leave` closes it. Who is
 * back sees what is there then.
 *
 * @module
 */

import type { OrderKept, Reported, RoomChanged } from "../../server/wire/mod.ts";
import {
  orderText,
  orderToYou,
  type OrderWish,
  putsOut,
  reportLines,
  reportsDeleted,
  settingText,
} from "../../talk/mod.ts";
import { lastSaidBy } from "./changes.ts";
import { meantBy, nothing } from "./on_change.ts";
import { currentView, type Model, only, sameName, type Step, told } from "./model.ts";
import { safeText } from "./safe.ts";
import { roomKey } from "./view.ts";

/** The model after the server told of order. */
export function onOrder(model: Model, event: OrderKept | RoomChanged | Reported): Model {
  switch (event.type) {
    case "RoomChanged":
      return told(model, safeText(settingText(event)), { key: roomKey(event.room) });
    case "Reported":
      return reportLines(event).reduce((next, line) =>
        told(next, safeText(line), {
          key: roomKey(event.room),
        }), model);
    case "Order":
      return onDone(model, event);
    default:
      return event satisfies never;
  }
}

function onDone(model: Model, event: OrderKept): Model {
  const { room, user } = event;
  const key = room === undefined ? undefined : roomKey(room);
  const where = key === undefined ? {} : { key };
  if (user === undefined || !sameName(user, model.me)) {
    return told(model, safeText(orderText(event)), where);
  }
  const out = putsOut(event);
  const next = told(model, safeText(orderToYou(event)), { ...where, tone: out ? "error" : "info" });
  if (!out || key === undefined) return next;
  const views = next.views.map((view) =>
    view.key === key ? { ...view, people: new Map(), count: undefined } : view
  );
  return { ...next, views, left: new Set([...next.left, key]) };
}

/** The model after a command about order. */
export function onOrderWish(model: Model, wish: OrderWish): Step {
  const view = currentView(model);
  if (view.kind === "private") return problem(model, "This is no room.");
  const { key, name: room } = view;
  if (wish.kind === "order") {
    return { model, effects: [{ kind: "order", view: key, room, ask: wish.ask }] };
  }
  const { name, why } = wish;
  const line = lastSaidBy(view, meantBy(model, name));
  if (line === undefined) {
    return problem(model, nothing(model, name, "Others have"));
  }
  const ask = { type: "Report", seq: line.seq, ...(why === undefined ? {} : { why }) } as const;
  const gone = line.changed?.what === "deleted";
  const next = gone ? told(model, safeText(reportsDeleted(line.from))) : model;
  return { model: next, effects: [{ kind: "order", view: key, room, ask }] };
}

function problem(model: Model, sentence: string): Step {
  return only(told(model, sentence, { tone: "error" }));
}
