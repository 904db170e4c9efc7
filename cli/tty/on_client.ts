/**
 * What the model makes of the client: messages, presence, and changes of the connection.
 *
 * Answers to questions are not looked at here: they come back to whoever asked, as outcomes.
 *
 * @module
 */

import {
  type ClientEvent,
  type ClientStatus,
  foldText,
  type NewMessage,
  type PrivateMessage,
  RESUME_ROOMS_MAX,
  type UserJoined,
  type Welcome,
} from "../../server/wire/mod.ts";
import { HISTORY_STEP, isHidden, waitsText } from "../../talk/mod.ts";
import {
  accountSeen,
  changed,
  currentView,
  type Effect,
  type Model,
  only,
  opened,
  readerOf,
  sameName,
  type Step,
  told,
  unsent,
  viewOf,
} from "./model.ts";
import { given, overtaken } from "./on_aim.ts";
import { onOrder } from "./on_order.ts";
import { cameHome, readElsewhere } from "./on_reading.ts";
import { withTyping } from "./on_typing.ts";
import { happened } from "./changes.ts";
import { PEOPLE_MAX } from "./limits.ts";
import { findNewest } from "./lines.ts";
import type { Movement } from "./presence.ts";
import { safeText } from "./safe.ts";
import { counted } from "./unread.ts";
import { arrived, cameBack, historyEnded, moved, roomKey, type View, viewKey } from "./view.ts";

/** The model after an event of the client. */
export function onClientEvent(before: Model, event: ClientEvent): Step {
  const model = event.type === "Status" ? before : withTyping(before, event);
  const hidden = isHidden(event, model.ignored);
  switch (event.type) {
    case "Status":
      return onStatus(model, event.status);
    case "NewMessage":
      return onMessage(model, { kind: "room", name: event.room }, event);
    case "PrivateMessage": {
      const mine = sameName(event.from, model.me);
      const name = mine ? event.to ?? event.from : event.from;
      // Of who is ignored no conversation opens, and none is answered by mistake.
      if (hidden && viewOf(model, viewKey("private", name)) === undefined) return only(model);
      const heard = mine || hidden ? model : { ...model, lastWhisperFrom: event.from };
      return onMessage(heard, { kind: "private", name }, event);
    }
    case "PrivateSent": {
      const { to, content, seq, at } = event;
      const echo = { type: "PrivateMessage", from: model.me, to, content, seq, at } as const;
      const step = onMessage(model, { kind: "private", name: to }, echo);
      return event.waits === true ? { ...step, model: toldItWaits(step.model, to) } : step;
    }
    case "UserJoined":
      return onJoined(model, event);
    case "UserLeft":
      return only(present(model, event.room, { joined: [], left: [event.username] }));
    case "Presence":
      return only(present(model, event.room, event));
    case "Topic": {
      if (hidden) return only(model);
      const { by, room, topic } = event;
      const what = topic === "" ? "took the topic away" : `set the topic: ${safeText(topic)}`;
      return only(told(model, `${safeText(by)} ${what}`, { key: roomKey(room) }));
    }
    case "MessageEdited":
    case "MessageDeleted": {
      const { room, with: other = event.by } = event;
      const key = room === undefined ? viewKey("private", other) : roomKey(room);
      const next = changed(model, key, (view) => happened(view, event, readerOf(model)));
      return only(overtaken(next, key, event));
    }
    case "Reactions":
      if (hidden) return only(model);
      return only(
        changed(model, roomKey(event.room), (view) => happened(view, event, readerOf(model))),
      );
    case "Order":
      return only(hidden ? model : onOrder(model, event));
    case "RoomChanged":
    case "Reported":
      return only(onOrder(model, event));
    case "ReadMoved":
      return only(readElsewhere(model, event));
    case "Lost": {
      const { room, from, to } = event;
      const which = from === to ? `Message ${from}` : `Messages ${from} to ${to}`;
      const sentence = `${which} cannot be read any more: the server's disk is damaged.`;
      return only(told(model, sentence, { key: roomKey(room), tone: "error" }));
    }
    case "Error":
      return only(told(model, safeText(event.msg), { tone: "error" }));
    case "Notice":
      return only(told(model, safeText(event.msg)));
    case "Renamed":
      return only(told(accountSeen({ ...model, me: event.username }, true), safeText(event.msg)));
    // Files are followed by `files/transfers.ts`, which tells of them as news.
    case "FileOffer":
    case "FileAccept":
    case "FileReject":
    case "FileProgress":
    case "FileReceived":
    case "FileCancel":
    case "OfferAck":
    case "StartUpload":
    case "StartDownload":
    case "FileDone":
    case "Welcome":
    case "UserList":
    case "RoomList":
    case "HistoryPage":
    case "SearchPage":
    case "Ack":
    case "Inspection":
    case "DeviceList":
    case "AccountList":
    case "Erasure":
    case "Tracing":
    case "TraceReport":
    case "HookList":
    case "HookAdded":
    case "InvitationList":
    case "InvitationAdded":
    case "Room":
    case "AuditPage":
    case "BanList":
    case "Typing":
    case "Ping":
    case "Pong":
      return only(model);
    default:
      event satisfies never;
      // A newer server may say things that this client has no word for.
      return only(model);
  }
}

function onStatus(model: Model, status: ClientStatus): Step {
  const next = { ...model, status, statusSince: model.now };
  switch (status.kind) {
    case "online":
      return onOnline(next, status.welcome);
    case "closed": {
      const sentence = safeText(status.reason ?? "The connection was closed.");
      const end = { kind: "closed", sentence, unsent: unsent(model) } as const;
      return only({ ...next, end: model.end ?? end });
    }
    case "connecting":
    case "offline":
      return only(next);
    default:
      return status satisfies never;
  }
}

function onOnline(model: Model, login: Welcome): Step {
  const { username, rooms, epoch } = login;
  const accounts = login.accounts !== undefined && (model.accounts || login.account === true);
  let next: Model = { ...model, me: username, accounts, epoch, wanted: [] };
  if (beganAnew(model, login)) {
    // A message that was being edited is known by a number of the old one.
    next = { ...given(next), views: next.views.map(historyEnded) };
    next = told(next, "The server began anew: it does not know what stands above.");
  }
  const effects: Effect[] = [{ kind: "ping" }, { kind: "rooms", show: false }];
  if (rooms.length > RESUME_ROOMS_MAX) {
    const sentence =
      `The server names ${rooms.length} rooms; the first ${RESUME_ROOMS_MAX} are here.`;
    next = told(next, sentence, { tone: "error" });
  }
  for (const room of rooms.slice(0, RESUME_ROOMS_MAX)) {
    const step = enteredRoom(next, room);
    next = step.model;
    effects.push(...step.effects);
  }
  for (const room of model.wanted) effects.push({ kind: "join", room, show: false });
  return { model: cameHome(next, login), effects };
}

/** Whether seqs count anew: the history has another name, or is shorter than what was seen. */
function beganAnew(model: Model, { epoch, heads = {} }: Welcome): boolean {
  if (model.epoch !== undefined && epoch !== model.epoch) return true;
  const headOf = new Map(Object.entries(heads).map(([room, head]) => [roomKey(room), head]));
  return model.views.some(({ key, newestSeq = 0 }) => (headOf.get(key) ?? Infinity) < newestSeq);
}

/** One is in a room, for the first time or again: who else is, and what was said before? */
export function enteredRoom(model: Model, room: string): Step {
  const key = roomKey(room);
  const left = new Set([...model.left].filter((other) => other !== key));
  const known = model.left.has(key) ? changed(model, key, cameBack) : model;
  const next = opened({ ...known, left }, "room", room);
  const step = asked(next, key);
  return { ...step, effects: [{ kind: "people", room, show: false }, ...step.effects] };
}

/** The newest messages are asked for, unless they were before. */
export function asked(model: Model, key: string): Step {
  const view = viewOf(model, key);
  return view?.older === "unasked" ? askedForOlder(model, view) : only(model);
}

/** Messages before the oldest one are asked for, unless there are none or the question is out. */
export function askedForOlder(
  model: Model,
  view: View,
  { limit = HISTORY_STEP, show = false }: { readonly limit?: number; readonly show?: boolean } = {},
): Step {
  if (view.older === "asked" || view.older === "none") return only(model);
  const of = view.kind === "room" ? { room: view.name } : { with: view.name };
  return {
    model: changed(model, view.key, (old) => ({ ...old, older: "asked" })),
    effects: [{ kind: "page", view: view.key, of, before: view.oldestSeq, limit, show }],
  };
}

/** Says that what was whispered waits: once, until something is heard of the other one. */
function toldItWaits(model: Model, name: string): Model {
  const key = viewKey("private", name);
  const view = viewOf(model, key);
  if (view === undefined) return model;
  const sentence = safeText(waitsText(name));
  const last = findNewest(
    view.lines,
    view.rememberedUntil,
    (line) => line.kind === "notice" || (line.kind === "message" && !line.mine),
  );
  const isKnown = last?.kind === "notice" && last.text[0] === sentence;
  return isKnown ? model : told(model, sentence, { key });
}

interface Place {
  readonly kind: View["kind"];
  readonly name: string;
}

function onMessage(model: Model, place: Place, message: NewMessage | PrivateMessage): Step {
  const key = viewKey(place.kind, place.name);
  if (model.left.has(key)) return only(model);
  const next = opened(accountSeen(model, message.account), place.kind, place.name);
  const before = viewOf(next, key);
  if (before === undefined) return only(next);
  const { view, line } = arrived(before, message, readerOf(model));
  // It came a second time.
  if (view === before) return only(next);
  const mine = sameName(message.from, model.me);
  const urgent = place.kind === "private" || line?.mention === true;
  const known = counted(view, message, {
    mine,
    shown: currentView(next).key === key,
    urgent,
    hidden: line === undefined,
  });
  const rings = line !== undefined && !mine &&
    (model.bell === "all" || (model.bell === "mention" && urgent));
  return {
    model: changed(next, key, () => known),
    effects: rings ? [{ kind: "ring" }] : [],
  };
}

function onJoined(before: Model, { room, username, account = false }: UserJoined): Step {
  const model = accountSeen(before, account);
  const guests = model.accounts && !account;
  return only(present(model, room, { joined: [username], left: [], guests }));
}

/** Who came and went, and how many are there now, when the server says it. */
interface Presence extends Movement {
  readonly users?: number;
}

function present(model: Model, room: string, { joined, left, guests, users }: Presence): Model {
  return changed(model, roomKey(room), (view) => {
    const people = new Map(view.people);
    for (const name of joined) {
      const key = foldText(name);
      if (people.size < PEOPLE_MAX || people.has(key)) people.set(key, safeText(name));
    }
    for (const name of left) people.delete(foldText(name));
    const whole = people.size < PEOPLE_MAX && view.people.size === view.count;
    const counted = view.count === undefined
      ? undefined
      : whole
      ? people.size
      : view.count + joined.length - left.length;
    const heard = (name: string) => !model.ignored.has(foldText(name));
    return moved({ ...view, people, count: users ?? counted }, {
      joined: joined.filter(heard),
      left: left.filter(heard),
      ...(guests === undefined ? {} : { guests }),
    }, model.now);
  });
}
