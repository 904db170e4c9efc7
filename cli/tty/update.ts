/**
 * One event → the next model, and what should be done outside. Pure.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";
import { GUESTS_EXPLAINED, shownName } from "../../talk/mod.ts";
import { newestSeq } from "./changes.ts";
import { LISTED_MAX, PEOPLE_MAX } from "./limits.ts";
import {
  accountSeen,
  changed,
  currentView,
  type Event,
  type Model,
  only,
  readerOf,
  shown,
  type Step,
  then,
  told,
  unsent,
  viewOf,
} from "./model.ts";
import { asked, enteredRoom, onClientEvent } from "./on_client.ts";
import { onNews, onPaths } from "./on_files.ts";
import { onKey } from "./on_key.ts";
import { accountBegins, cameInto, looked, readingTold } from "./on_reading.ts";
import { closed } from "./on_wish.ts";
import type { Outcome } from "./outcomes.ts";
import { safeText } from "./safe.ts";
import { pageLoaded, refused, roomKey, stored } from "./view.ts";

/** The model after an event that happened at `now`, in milliseconds since 1970. */
export function update(before: Model, event: Event, now: number): Step {
  const model = before.now === now ? before : { ...before, now };
  const { model: next, effects } = visited(model, onEvent(model, event));
  return { model: looked(begun(model, next)), effects };
}

/** Notes what stood in the view when a line was begun there. */
function begun(before: Model, model: Model): Model {
  const isEmpty = model.edit.text.length === 0;
  const { key } = currentView(model);
  if (isEmpty ? model.begun === undefined : model.begun?.view === key) return model;
  // Where nothing stood yet, what comes is the first that they see.
  const seq = newestSeq(viewOf(before, key) ?? currentView(model)) ?? Infinity;
  return { ...model, begun: isEmpty ? undefined : { view: key, seq } };
}

/** Where a conversation comes on the screen of which nothing was asked yet, its history is. */
function visited(before: Model, step: Step): Step {
  const view = currentView(step.model);
  const isNew = view.key !== currentView(before).key && view.kind === "private";
  if (!isNew || step.model.status.kind !== "online") return step;
  return then(step, (model) => asked(model, view.key));
}

function onEvent(model: Model, event: Event): Step {
  switch (event.kind) {
    case "key":
      return onKey(model, event.key);
    case "client":
      return onClientEvent(model, event.event);
    case "resize":
      return only({ ...model, size: event.size });
    case "files":
      return only({ ...model, files: event.files });
    case "news":
      return onNews(model, event.news);
    case "tick":
      return readingTold({ ...model, roundTripMs: event.roundTripMs });
    case "signal": {
      const { signal } = event;
      return only({
        ...model,
        end: model.end ?? { kind: "signal", signal, unsent: unsent(model) },
      });
    }
    default:
      return onOutcome(model, event);
  }
}

function onOutcome(model: Model, outcome: Outcome): Step {
  switch (outcome.kind) {
    case "said":
      return only(changed(model, outcome.view, (view) => stored(view, outcome.id, outcome.seq)));
    case "unsaid": {
      const line = { ...outcome.pending, refusal: safeText(outcome.sentence) };
      return only(changed(model, outcome.view, (view) => refused(view, line)));
    }
    case "entered": {
      const { room, seq } = outcome;
      const entered = enteredRoom(model, room);
      const step = { ...entered, model: cameInto(entered.model, room, seq) };
      if (!outcome.show) return step;
      return { ...step, model: shown(step.model, roomKey(outcome.room)) };
    }
    case "left": {
      const key = roomKey(outcome.room);
      return only(closed({ ...model, left: new Set([...model.left, key]) }, key));
    }
    case "people":
      return only(onPeople(model, outcome));
    case "rooms": {
      const knownRooms = outcome.rooms.slice(0, LISTED_MAX).map(({ name }) => safeText(name));
      const list = outcome.rooms.map(({ name, users, topic }) =>
        `${safeText(name)} (${users})${topic === undefined ? "" : `: ${safeText(topic)}`}`
      );
      const next = { ...model, knownRooms };
      return only(outcome.show ? told(next, [`Rooms: ${listed(list)}`]) : next);
    }
    case "page": {
      const before = viewOf(model, outcome.view);
      const reader = readerOf(model);
      const seen = outcome.page.messages.some(({ account }) => account === true);
      const next = changed(
        accountSeen(model, seen),
        outcome.view,
        (view) => pageLoaded(view, outcome.page, reader),
      );
      if (!outcome.show || before === undefined) return only(next);
      const count = before.lines.first - (viewOf(next, outcome.view)?.lines.first ?? 0);
      const sentence = count === 0
        ? "There are no older messages."
        : `${count} older messages stand above: PgUp, or Alt+Home.`;
      return only(told(next, sentence, { key: outcome.view }));
    }
    case "noPage": {
      // Asking again later may help, so the view counts as not asked.
      const next = changed(model, outcome.view, (view) => ({ ...view, older: "unasked" }));
      if (!outcome.show) return only(next);
      return only(told(next, safeText(outcome.sentence), { key: outcome.view, tone: "error" }));
    }
    case "paths":
      return only(onPaths(model, outcome.typed, outcome));
    case "ordered":
      return only(told(model, outcome.sentences.map(safeText), { key: outcome.view }));
    case "accountDone":
      return only(told(outcome.begins ? accountBegins(model) : model, outcome.sentences));
    case "unkept":
      return only({ ...model, keepsReading: false });
    case "done":
      return only(told(model, safeText(outcome.sentence)));
    case "refused":
      return only(
        told(model, safeText(outcome.sentence), { key: outcome.view, tone: "error" }),
      );
    default:
      return outcome satisfies never;
  }
}

function onPeople(
  before: Model,
  { room, users, proved = [], show }: Extract<Outcome, { kind: "people" }>,
): Model {
  const model = accountSeen(before, proved.length > 0);
  const names = users.map(safeText);
  const next = room === undefined ? model : changed(model, roomKey(room), (view) => ({
    ...view,
    people: new Map(names.slice(0, PEOPLE_MAX).map((name) => [foldText(name), name])),
    count: names.length,
  }));
  if (!show) return next;
  const title = room === undefined ? "Users online" : `In ${safeText(room)}`;
  const key = room === undefined ? currentView(next).key : roomKey(room);
  const known = new Set(proved);
  const rows = users.map((name) => shownName(safeText(name), model.accounts && !known.has(name)));
  const guests = model.accounts && users.some((name) => !known.has(name));
  const legend = guests ? ` (${GUESTS_EXPLAINED})` : "";
  return told(next, `${title} (${names.length}): ${listed(rows)}${legend}`, { key });
}

/** What somebody reads of a list. */
function listed(texts: readonly string[]): string {
  const more = texts.length - LISTED_MAX;
  const shown = texts.slice(0, LISTED_MAX).join(", ");
  return more > 0 ? `${shown} … and ${more} more` : shown;
}
