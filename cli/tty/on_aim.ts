/**
 * Giving other words to something that was said, by the keyboard alone.
 *
 * ```text
 *   Up in the empty line ─► what was said last is in the line ─ Up ─► what was said before it …
 *        ▲                     │ Enter: these are its words now      ◄─ Down ─┘
 *        └────── Esc ──────────┘
 * ```
 *
 * Once the text was changed, Up and Down move in it alone: what somebody has written is not thrown away by a key that also moves
 * the cursor. Whoever goes to another view gives it up.
 *
 * @module
 */

import type { MessageDeleted, MessageEdited } from "../../server/wire/mod.ts";
import { OVERTAKEN } from "../../talk/mod.ts";
import { content, type Edit, pressed, replaced, submitted } from "./editor.ts";
import { timeOfDay } from "./layout.ts";
import { type Aim, currentView, type Model, only, type Step, then, told } from "./model.ts";
import { ownBeside } from "./changes.ts";
import { changedTo, editable } from "./on_change.ts";
import { parseLine } from "./commands.ts";

/** In an empty line, what the reader said last here is edited; `undefined` where that is not what they mean. */
export function aimed(model: Model): Model | undefined {
  const { edit } = model;
  const line = edit.text.length === 0 && edit.back === 0 ? editable(model) : undefined;
  if (line?.content === undefined) return undefined;
  const last = edit.history.at(-1);
  const wish = last === undefined ? undefined : parseLine(last);
  // They have typed something else since, a command or what was refused: then that comes back.
  const same = wish === undefined || last === line.content ||
    "text" in wish && wish.text.trimEnd() === line.content ||
    // Since then it has got other words.
    wish.kind === "say" && line.changed?.what === "edited" &&
      currentView(model).pending.length === 0;
  return same ? at(model, line) : undefined;
}

/** What a key does while something is edited; `undefined` where it does what it always does. */
export function onAimedKey(model: Model, aim: Aim, name: string): Step | undefined {
  switch (name) {
    case "enter":
      return taken(model, aim);
    case "escape":
    case "ctrl+c":
      return only(given(model));
    case "ctrl+r":
    case "ctrl+up":
    case "ctrl+down":
      // What is brought back would be something new: first this is given up.
      return only(given(model));
    case "ctrl+d":
      return model.edit.text.length === 0 ? only(model) : undefined;
    case "up":
    case "down":
      return only(moved(model, aim, name));
    default:
      return undefined;
  }
}

/** Something new is meant again. */
export function given(model: Model): Model {
  return model.aim === undefined
    ? model
    : { ...model, aim: undefined, edit: replaced(model.edit, "") };
}

/** The model after something happened to a message there: who edits it hears of it, or has its new words while he has written none. */
export function overtaken(
  model: Model,
  key: string,
  event: MessageEdited | MessageDeleted,
): Model {
  const { aim } = model;
  if (aim?.seq !== event.seq || currentView(model).key !== key) return model;
  if (event.type === "MessageDeleted") {
    return told(model, OVERTAKEN.deleted, { key, tone: "error" });
  }
  const words = event.content;
  if (isUntouched(model, aim)) return at(model, { ...aim, content: words });
  return told({ ...model, aim: { ...aim, words } }, OVERTAKEN.edited, { key, tone: "error" });
}

function isUntouched({ edit }: Model, { words }: Aim): boolean {
  return content(edit) === content(replaced(edit, words));
}

/** What stands above the line while something is edited. */
export function aimHint({ at }: Aim): string {
  return `Editing (${timeOfDay(at)}) · Enter changes it · Up, Down: others · Esc cancels`;
}

function at(model: Model, line: { seq: number; at: number; content?: string }): Model {
  const { seq, at, content: words = "" } = line;
  return { ...model, aim: { seq, at, words }, edit: replaced(model.edit, words) };
}

function moved(model: Model, aim: Aim, name: "up" | "down"): Model {
  if (isUntouched(model, aim)) {
    const line = ownBeside(currentView(model), aim.seq, name === "up" ? "before" : "after");
    return line === undefined ? model : at(model, line);
  }
  const next = pressed(model.edit, name);
  // From its first and last row on, the keys would bring back other lines.
  return next === undefined || next.back !== model.edit.back ? model : { ...model, edit: next };
}

function taken(model: Model, aim: Aim): Step {
  const words = content(model.edit).trimEnd();
  if (words === "") {
    const sentence = "A message needs words: Esc leaves it as it is, /delete takes it back.";
    return only(told(model, sentence, { tone: "error" }));
  }
  const edit: Edit = submitted(model.edit);
  const done = only({ ...model, aim: undefined, edit });
  return words === aim.words ? done : then(done, (next) => changedTo(next, aim.seq, words));
}
