/**
 * What follows from a typed line: the model and the effects of each wish.
 *
 * @module
 */

import { hash } from "node:crypto";
import { CONTENT_BYTES_MAX } from "../../server/wire/mod.ts";
import type { Bell } from "../../talk/mod.ts";
import { wordsOf } from "./changes.ts";
import { help, SUMMARY_COLUMN, type Wish } from "./commands.ts";
import type { PendingLine, Quote } from "./layout.ts";
import {
  changed,
  currentView,
  type Effect,
  type Model,
  only,
  opened,
  shown,
  type Step,
  then,
  told,
  unsent,
  viewOf,
} from "./model.ts";
import { onChangeWish } from "./on_change.ts";
import { onOrderWish } from "./on_order.ts";
import { asked, askedForOlder } from "./on_client.ts";
import { onFileWish } from "./on_files.ts";
import { onIgnoring } from "./on_ignoring.ts";
import { onTypingWish } from "./on_typing.ts";
import { secretAsked } from "./on_secret.ts";
import { safeText } from "./safe.ts";
import { cleared, roomKey, sending, userKey, type View, withoutPending } from "./view.ts";

/** The model after a wish. */
export function onWish(model: Model, wish: Wish): Step {
  const view = currentView(model);
  switch (wish.kind) {
    case "say":
      return said(model, view.key, wish.text);
    case "whisper":
      return whispered(model, wish.to, wish.text);
    case "reply": {
      const to = view.kind === "private" ? view.name : model.lastWhisperFrom;
      if (to === undefined) return problem(model, "Nobody has written to you yet.");
      return whispered(model, to, wish.text);
    }
    case "edit":
    case "delete":
    case "quote":
    case "react":
      return onChangeWish(model, wish);
    case "order":
    case "report":
      return onOrderWish(model, wish);
    case "query": {
      const key = userKey(wish.name);
      return asked(shown(opened(model, "private", wish.name), key), key);
    }
    case "join": {
      const key = roomKey(wish.room);
      if (viewOf(model, key) && !model.left.has(key)) return only(shown(model, key));
      return { model, effects: [{ kind: "join", room: wish.room, show: true }] };
    }
    case "leave":
      return left(model, wish.name);
    case "topic":
      if (view.kind === "private") return problem(model, "Only rooms have a topic.");
      return { model, effects: [{ kind: "topic", room: view.name, text: wish.text }] };
    case "names":
      if (view.kind === "private") return only(told(model, `${view.name} and you.`));
      return { model, effects: [{ kind: "people", room: view.name, show: true }] };
    case "list":
      return { model, effects: [{ kind: "people", room: undefined, show: true }] };
    case "rooms":
      return { model, effects: [{ kind: "rooms", show: true }] };
    case "history":
      if (view.older === "none") return only(told(model, "There are no older messages."));
      return askedForOlder(model, view, { limit: wish.count, show: true });
    case "bell":
      return only(
        told({ ...model, bell: wish.bell ?? model.bell }, bellSentence(wish.bell, model)),
      );
    case "typing":
      return onTypingWish(model, wish.on);
    case "ignore":
    case "unignore":
      return onIgnoring(model, wish);
    case "retry":
      return retried(model, view);
    case "discard":
      return only(changed(model, view.key, (old) => ({
        ...old,
        pending: old.pending.filter(({ refusal }) => refusal === undefined),
      })));
    case "clear":
      return only(changed(model, view.key, cleared));
    case "send":
    case "transfers":
    case "accept":
    case "decline":
    case "cancel":
      return onFileWish(model, wish);
    case "register":
    case "password":
      return only(secretAsked(model, wish.kind));
    case "devices":
    case "revoke":
      return { model, effects: [wish] };
    case "help":
      return only(told(model, help(wish.command), { column: SUMMARY_COLUMN }));
    case "quit":
      return only(quitted(model));
    case "problem":
      return problem(model, wish.sentence);
    default:
      return wish satisfies never;
  }
}

/** Ends the client, after a word of warning where something would be lost. */
export function quitted(model: Model): Model {
  const lost = unsent(model);
  if (lost.length === 0 || model.warned) {
    return { ...model, end: { kind: "quit", unsent: lost } };
  }
  const messages = lost.length === 1 ? "1 message is" : `${lost.length} messages are`;
  const sentence = `${messages} not acknowledged yet. Once more to leave without.`;
  return told({ ...model, warned: true }, sentence, { tone: "error" });
}

/** How something is said. */
export interface HowSaid {
  /** The id under which it was said before. */
  readonly again?: string;
  /** To what it is a reply. */
  readonly reply?: Quote | undefined;
}

/** Says a text in the view of that key: it is shown at once, as not yet acknowledged. */
export function said(
  model: Model,
  key: string,
  text: string,
  { again, reply }: HowSaid = {},
): Step {
  const view = viewOf(model, key);
  const content = text.trimEnd();
  if (view === undefined || content === "") return only(model);
  const long = tooLong(content);
  if (long !== undefined) return problem(model, long);
  const pending: PendingLine = {
    kind: "pending",
    id: again ?? freshId(model),
    at: model.now,
    from: safeText(model.me),
    content,
    text: wordsOf(content),
    refusal: undefined,
    seq: undefined,
    ...(reply === undefined ? {} : { reply }),
  };
  const nextId = again === undefined ? model.nextId + 1 : model.nextId;
  const next = { ...model, nextId, warned: false };
  return {
    model: changed(next, key, (old) => sending(old, pending)),
    effects: [sayEffect(view, pending)],
  };
}

/** Why a text cannot be said. */
export function tooLong(content: string): string | undefined {
  const bytes = new TextEncoder().encode(content).length;
  if (bytes <= CONTENT_BYTES_MAX) return undefined;
  return `This is ${bytes} bytes long, and a message has at most ${CONTENT_BYTES_MAX}. Up brings it back.`;
}

/** An id that nobody can guess who knows those before it: else who takes our name could use it for other words. */
function freshId({ idSecret, nextId }: Model): string {
  return hash("sha256", `${idSecret}/${nextId}`, "base64url").slice(0, 22);
}

function whispered(model: Model, to: string, text: string): Step {
  const key = userKey(to);
  const step = asked(shown(opened(model, "private", to), key), key);
  return then(step, (next) => said(next, key, text));
}

function sayEffect(view: View, pending: PendingLine): Effect {
  const to = view.kind === "room" ? { room: view.name } : { user: view.name };
  return { kind: "say", view: view.key, to, pending };
}

function retried(model: Model, view: View): Step {
  const failed = view.pending.filter(({ refusal }) => refusal !== undefined);
  if (failed.length === 0) return only(told(model, "Nothing here was refused."));
  let step = only(model);
  for (const { id, content, reply } of failed) {
    // Under its old id: should the first be stored after all, it is not stored twice.
    step = then(step, (next) => {
      const without = changed(next, view.key, (old) => withoutPending(old, id));
      return said(without, view.key, content, { again: id, reply });
    });
  }
  return step;
}

function left(model: Model, name: string | undefined): Step {
  const view = name === undefined
    ? currentView(model)
    : viewOf(model, roomKey(name)) ?? viewOf(model, userKey(name));
  if (view === undefined) return problem(model, `You are not in '${safeText(name ?? "")}'.`);
  if (view.kind === "private" || model.left.has(view.key)) return only(closed(model, view.key));
  if (model.views.filter(({ kind }) => kind === "room").length === 1) {
    return problem(model, "This is your last room. /quit leaves the chat.");
  }
  return { model, effects: [{ kind: "leave", room: view.name }] };
}

/** Takes a view away. What is not acknowledged stays where it can be seen. */
export function closed(model: Model, key: string): Model {
  const view = viewOf(model, key);
  if (view === undefined || model.views.length === 1) return model;
  if (view.pending.length > 0) {
    return told(model, "There are messages here that are not acknowledged.", {
      key,
      tone: "error",
    });
  }
  const here = currentView(model).key;
  const other = model.views.find((candidate) => candidate.key !== key);
  const moved = here === key && other !== undefined ? shown(model, other.key) : model;
  const stay = currentView(moved).key;
  const views = moved.views.filter((candidate) => candidate.key !== key);
  const current = Math.max(0, views.findIndex((candidate) => candidate.key === stay));
  return { ...moved, views, current };
}

function bellSentence(bell: Bell | undefined, model: Model): string {
  switch (bell ?? model.bell) {
    case "off":
      return "The bell is off.";
    case "mention":
      return "The bell rings when somebody names you or writes to you alone.";
    case "all":
      return "The bell rings for every message.";
  }
}

function problem(model: Model, sentence: string): Step {
  return only(told(model, sentence, { tone: "error" }));
}
