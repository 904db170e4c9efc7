/**
 * What the model makes of the keyboard.
 *
 * | key | does |
 * |---|---|
 * | Enter, Alt+Enter | send; new line |
 * | Tab, Shift+Tab | complete |
 * | Up in an empty line | edit what one said last, or before: `on_aim.ts` |
 * | Ctrl+Up, Ctrl+Down | bring back what was sent |
 * | Ctrl+r | search what was sent |
 * | Ctrl+s | search in the view: `on_search.ts` |
 * | Ctrl+c, Ctrl+d, Ctrl+z, Ctrl+l, Esc | clear or quit; leave; suspend; redraw; cancel |
 *
 * Those that lead elsewhere are in `on_move.ts`, and all others belong to the editor. The mode
 * decides first: while a question about a paste is open, or a search goes on, keys mean something
 * else.
 *
 * @module
 */

import { mayHoldPassword } from "../../talk/mod.ts";
import { parseLine } from "./commands.ts";
import { complete, type Direction } from "./complete.ts";
import {
  content,
  type Edit,
  insert,
  pressed,
  recalled,
  replaced,
  searched,
  submitted,
} from "./editor.ts";
import type { Key } from "./keys.ts";
import { QUIT_MS_MAX } from "./limits.ts";
import { currentView, type Model, only, type Step, unsent } from "./model.ts";
import { aimed, onAimedKey } from "./on_aim.ts";
import { pathAsked } from "./on_files.ts";
import { onMoveKey } from "./on_move.ts";
import { onSecretKey, secretTyped } from "./on_secret.ts";
import { typed } from "./on_typing.ts";
import { onSearchKey, searchBegun, searchedFor, searchEnded } from "./on_search.ts";
import { onWish, quitted, said } from "./on_wish.ts";
import { typedText } from "./safe.ts";

const EDITING = { kind: "edit", cycle: undefined } as const;

/** The model after a key. */
export function onKey(before: Model, key: Key): Step {
  const again = key.kind === "key" && key.name === "ctrl+c";
  const model = again || before.quitUntil === 0 ? before : { ...before, quitUntil: 0 };
  switch (key.kind) {
    case "text":
      return typed(model, onText(model, key.text));
    case "paste":
      return typed(model, onPaste(model, key));
    case "end":
      return only({ ...model, end: model.end ?? { kind: "hangup", unsent: unsent(model) } });
    case "key":
      return onNamedKey(model, key.name);
    default:
      return key satisfies never;
  }
}

function onText(model: Model, text: string): Model {
  switch (model.mode.kind) {
    case "edit":
      return edited(model, insert(model.edit, text));
    case "recall":
      return recalling(model, model.mode.query + oneLine(text), 1);
    case "search":
      return searchedFor(model, model.mode, model.mode.query + oneLine(text));
    case "secret":
      return secretTyped(model, model.mode, text);
    case "paste": {
      if (text !== "e") return model;
      return edited(model, insert(model.edit, model.mode.text));
    }
    default:
      return model.mode satisfies never;
  }
}

function onPaste(model: Model, { text, cut }: { readonly text: string; readonly cut: boolean }) {
  if (model.mode.kind === "secret") return secretTyped(model, model.mode, text);
  const typed = typedText(text).replace(/\n+$/, "");
  if (!typed.includes("\n") && !cut) {
    return onText(model.mode.kind === "paste" ? { ...model, mode: EDITING } : model, typed);
  }
  return { ...model, mode: { kind: "paste", text: typed, cut } } as const;
}

function onNamedKey(model: Model, name: string): Step {
  if (name === "ctrl+l") return { model, effects: [{ kind: "redraw" }] };
  if (name === "ctrl+z") return { model, effects: [{ kind: "suspend" }] };
  switch (model.mode.kind) {
    case "edit":
      return onMoveKey(model, name) ??
        (model.aim && onAimedKey(model, model.aim, name)) ??
        onEditKey(model, name);
    case "paste":
      return onPasteAnswer(model, name, model.mode.text);
    case "recall":
      return onRecallKey(model, name, model.mode);
    case "secret":
      return onSecretKey(model, name, model.mode);
    case "search": {
      const searched = onSearchKey(model, name, model.mode);
      return searched === undefined ? onNamedKey(searchEnded(model), name) : only(searched);
    }
    default:
      return model.mode satisfies never;
  }
}

function onEditKey(model: Model, name: string): Step {
  switch (name) {
    case "enter":
      return sent(model);
    case "tab":
      return completed(model, 1);
    case "shift+tab":
      return completed(model, -1);
    case "up": {
      const picked = aimed(model);
      if (picked !== undefined) return only({ ...picked, mode: EDITING });
      break;
    }
    case "ctrl+r":
      return only({ ...model, mode: { kind: "recall", query: "", back: undefined } });
    case "ctrl+s":
      return only(searchBegun(model));
    case "ctrl+c":
      return only(interrupted(model));
    case "ctrl+d":
      if (model.edit.text.length === 0) return only(quitted(model));
      break;
  }
  const edit = pressed(model.edit, name);
  return only(edit === undefined ? model : edited(model, edit));
}

function edited(model: Model, edit: Edit): Model {
  return { ...model, edit, mode: EDITING };
}

function sent(model: Model): Step {
  const line = content(model.edit);
  const wish = parseLine(line);
  const next = edited(model, submitted(model.edit, { keep: !mayHoldPassword(line) }));
  return wish === undefined ? only(next) : onWish(next, wish);
}

function completed(model: Model, direction: Direction): Step {
  const asked = pathAsked(model, direction);
  if (asked !== undefined) return { model, effects: [asked] };
  const cycle = model.mode.kind === "edit" ? model.mode.cycle : undefined;
  const completion = complete(model.edit, cycle, candidates(model), direction);
  if (completion === undefined) return only(model);
  const { edit } = completion;
  return only({ ...model, edit, mode: { kind: "edit", cycle: completion.cycle } });
}

/** Who spoke last is most likely meant. */
function candidates(model: Model): { users: string[]; rooms: string[] } {
  const view = currentView(model);
  const partners = model.views.filter(({ kind }) => kind === "private").map(({ name }) => name);
  const all = [
    ...(view.kind === "private" ? [view.name] : []),
    ...view.speakers,
    ...view.people.values(),
    ...partners,
    ...model.views.flatMap(({ people }) => [...people.values()]),
  ];
  const rooms = model.views.filter(({ kind }) => kind === "room").map(({ name }) => name);
  return {
    users: [...new Set(all)].filter((name) => name !== model.me),
    rooms: [...new Set([...rooms, ...model.knownRooms])],
  };
}

/** Ctrl+c clears what is being typed; twice in a row, it quits. */
function interrupted(model: Model): Model {
  const typed = content(model.edit);
  if (model.now < model.quitUntil || (model.warned && typed === "")) return quitted(model);
  const kill = typed === "" ? model.edit.kill : typed;
  const edit = { ...replaced(model.edit, ""), kill, back: 0, unsent: "" };
  return { ...edited(model, edit), quitUntil: model.now + QUIT_MS_MAX };
}

function onPasteAnswer(model: Model, name: string, text: string): Step {
  switch (name) {
    case "enter": {
      // Of a message that is edited it is a part.
      if (model.aim !== undefined) return only(edited(model, insert(model.edit, text)));
      const whole = content(insert(model.edit, text));
      const next = edited(model, submitted(insert(model.edit, text)));
      // Pasted text is said, also where it begins with a slash: nobody typed a command.
      return said(next, currentView(model).key, whole);
    }
    case "tab":
      return only(edited(model, insert(model.edit, text)));
    case "escape":
    case "ctrl+c":
      return only({ ...model, mode: EDITING });
    default:
      return only(model);
  }
}

function onRecallKey(
  model: Model,
  name: string,
  { query, back }: { readonly query: string; readonly back: number | undefined },
): Step {
  switch (name) {
    case "ctrl+r":
      return only(recalling(model, query, (back ?? 0) + 1));
    case "backspace":
      return only(recalling(model, query.slice(0, -1), 1));
    case "escape":
    case "ctrl+c":
    case "ctrl+g":
      return only({ ...model, mode: EDITING });
    default: {
      // Enter takes what was found and lets one look at it; any other key also goes on from there.
      const taken = edited(model, back === undefined ? model.edit : recalled(model.edit, back));
      return name === "enter" ? only(taken) : onNamedKey(taken, name);
    }
  }
}

function recalling(model: Model, query: string, from: number): Model {
  const found = query === "" ? undefined : searched(model.edit, query, from);
  const before = model.mode.kind === "recall" ? model.mode.back : undefined;
  // Past the oldest hit, the oldest stays.
  const back = found ?? (from > 1 ? before : undefined);
  return { ...model, mode: { kind: "recall", query, back } };
}

/** What is typed or pasted where there is one row for it. */
function oneLine(text: string): string {
  return typedText(text).replaceAll("\n", " ");
}
