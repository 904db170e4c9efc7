/**
 * What follows from a wish about something that was said: which message is meant, and what is asked about it.
 *
 * A message that is not acknowledged yet has no number: until then the one before it is not meant by mistake, and its writer is told.
 * Of others what stood there when the line was begun is meant: a word that comes while a moderator types is not deleted in its place.
 *
 * @module
 */

import { type ChangeWish, saidMeanwhile } from "../../talk/mod.ts";
import { lastOf, lastOwn, lastSaidBy, type Meant, quoteOf } from "./changes.ts";
import type { ChangeEffect } from "./effects.ts";
import type { MessageLine } from "./layout.ts";
import { currentView, type Model, only, type Step, told } from "./model.ts";
import { said, tooLong } from "./on_wish.ts";
import { safeText } from "./safe.ts";
import type { View } from "./view.ts";

/** The model after such a wish. */
export function onChangeWish(model: Model, wish: ChangeWish): Step {
  const view = currentView(model);
  switch (wish.kind) {
    case "edit": {
      const content = wish.text.trimEnd();
      const sentence = tooLong(content) ?? notYet(view);
      if (sentence !== undefined) return problem(model, sentence);
      return about(model, lastOwn(view), { what: "edit", content }, "You have said nothing here.");
    }
    case "delete": {
      const { name } = wish;
      const sentence = name === undefined ? notYet(view) : undefined;
      if (sentence !== undefined) return problem(model, sentence);
      const line = name === undefined ? lastOwn(view) : lastOf(view, meantBy(model, name));
      return about(model, line, { what: "delete" }, nothing(model, name, "You have"));
    }
    case "quote": {
      const line = lastOf(view, meantBy(model, wish.name));
      if (line === undefined) return problem(model, nothing(model, wish.name, "Others have"));
      return said(model, view.key, wish.text, { reply: quoteOf(line) });
    }
    case "react": {
      if (view.kind === "private") return problem(model, "Only in rooms there are reactions.");
      const line = lastOf(view, meantBy(model, wish.name));
      const emoji = safeText(wish.emoji);
      const mine = line?.reactions?.some((one) => one.emoji === emoji && one.mine) ?? false;
      const change = { what: "react", emoji: wish.emoji, on: !mine } as const;
      return about(model, line, change, nothing(model, wish.name, "Others have"));
    }
    default:
      return wish satisfies never;
  }
}

/** Whom a line that was typed means, as its reader saw the view when they began it. */
export function meantBy(model: Model, name: string | undefined): Meant {
  const { begun } = model;
  return { name, upTo: begun?.view === currentView(model).key ? begun.seq : Infinity };
}

/** What was said last, if it is the reader's own and they may mean to edit it. */
export function editable(model: Model): MessageLine | undefined {
  const view = currentView(model);
  return notYet(view) === undefined ? lastOwn(view) : undefined;
}

/** Gives something that the reader said here other words. */
export function changedTo(model: Model, seq: number, content: string): Step {
  const long = tooLong(content);
  if (long !== undefined) return problem(model, long);
  return about(model, { seq }, { what: "edit", content }, "");
}

function about(
  model: Model,
  line: Pick<MessageLine, "seq"> | undefined,
  change: ChangeEffect["change"],
  none: string,
): Step {
  if (line === undefined) return problem(model, none);
  const { key: view, kind, name } = currentView(model);
  const of = kind === "room" ? { room: name } : { with: name };
  return { model, effects: [{ kind: "change", view, of, seq: line.seq, change }] };
}

function notYet({ pending }: View): string | undefined {
  if (pending.every(({ refusal }) => refusal !== undefined)) return undefined;
  return "What you said last is not stored yet. Once more when it is.";
}

/** Why nothing is meant. @param who Who has said nothing, where nobody is named. */
export function nothing(model: Model, name: string | undefined, who: string): string {
  const meant = meantBy(model, name);
  const line = lastSaidBy(currentView(model), { name, upTo: Infinity });
  if (line !== undefined && line.seq > meant.upTo) return saidMeanwhile(line.from);
  return name === undefined
    ? `${who} said nothing here that is on this screen or above.`
    : `${safeText(name)} has said nothing here that is on this screen or above.`;
}

function problem(model: Model, sentence: string): Step {
  return only(told(model, sentence, { tone: "error" }));
}
