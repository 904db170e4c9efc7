/**
 * Where one writes: Enter sends, Shift+Enter makes a new line, Tab completes, Up edits what was said last (again: what was said before
 * it) or brings back a command.
 *
 * @module
 */

import type { TargetedKeyboardEvent, VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { foldText } from "../../../../server/wire/names/mod.ts";
import {
  type Candidates,
  type Completion,
  completionsOf,
  mayHoldPassword,
  turned,
} from "../../../../talk/mod.ts";
import { type Aim, aim, beginEdit, cancelAim, editable, stepEdit, submitAim } from "./aim.ts";
import { COMMANDS } from "./commands.ts";
import { draft } from "./draft.ts";
import { keepDraft, keptDraft } from "./kept_drafts.ts";
import { listRooms } from "./membership.ts";
import { OfferButton, onPaste } from "../files/offering.tsx";
import { Recall } from "./recall.ts";
import { type Said, signed } from "./said.ts";
import { clock } from "../format.ts";
import { current, currentKey, link, me, standing, views } from "../state.ts";
import { typed } from "./typing.tsx";
import { entered } from "./wishes.ts";

/** Lines looked through for who spoke last. */
const SPEAKERS_LINES = 200;
/** Characters of a message that are shown while it is answered. */
const QUOTE_CHARS = 80;

/** Milliseconds for which whoever has just typed means what they see no more. */
const MEANT_MS = 2_000;

const recall = new Recall();
let typedMs = -Infinity;
let completion: Completion | undefined;
let knownRooms: readonly string[] = [];

/** The input. */
export function Composer(): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const view = current.value;
  // Before anything else can be typed: what is put here later would replace it.
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    // The room is gone from under its reader: the rest of what was begun there is for nobody else.
    const isMeantElsewhere = currentKey.peek() !== view.key &&
      (element.value !== "" || performance.now() - typedMs < MEANT_MS);
    aim.value = undefined;
    draft.read = () => aim.peek()?.kind === "edit" ? aim.peek()?.before ?? "" : element.value;
    draft.shown = () => element.value;
    draft.put = (text) => put(element, text);
    draft.focus = () => element.focus();
    completion = undefined;
    // Whoever comes back to a draft sees what stands here now.
    view.writing("");
    put(element, view.draft === "" ? keptDraft(view.key) : view.draft);
    if (isMeantElsewhere) element.blur();
    else if (matchMedia("(pointer: fine)").matches) element.focus();
  }, [view]);
  const to = view.kind === "room" ? `#${view.name}` : view.name;
  const cut = standing.value !== "open" || link.value.kind !== "online";
  return (
    <form class="composer" onSubmit={(event) => event.preventDefault()}>
      <Aimed />
      <label class="hidden" for="message">Message</label>
      <textarea
        id="message"
        ref={field}
        rows={1}
        placeholder={cut ? "Not connected. What you write waits here." : `Write to ${to}`}
        enterkeyhint="send"
        autocomplete="off"
        spellcheck
        aria-describedby={aim.value === undefined ? undefined : "aimed"}
        onInput={({ currentTarget }) => {
          completion = undefined;
          typedMs = performance.now();
          fit(currentTarget);
          keep(currentTarget.value);
          typed(current.peek(), currentTarget.value);
          if (currentTarget.value === "/") void learnRooms();
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <OfferButton />
      <button type="submit" class="send" onClick={() => field.current && send(field.current)}>
        Send
      </button>
    </form>
  );
}

function onKeyDown(event: TargetedKeyboardEvent<HTMLTextAreaElement>): void {
  const field = event.currentTarget;
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    return send(field);
  }
  if (onAimed(event)) return;
  if (event.key === "Tab") return onTab(event, field);
  const single = !field.value.includes("\n");
  if (event.altKey || event.ctrlKey || event.shiftKey || !single) return;
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const said = event.key === "ArrowUp" ? toEdit(field) : undefined;
  if (said !== undefined) {
    event.preventDefault();
    return beginEdit(current.peek(), said);
  }
  const text = recall.step(event.key === "ArrowUp" ? 1 : -1, field.value);
  if (text === undefined) return;
  event.preventDefault();
  completion = undefined;
  put(field, text);
}

/** What is pressed while a message is edited or answered. @returns Whether that was all. */
function onAimed(event: TargetedKeyboardEvent<HTMLTextAreaElement>): boolean {
  const meant = aim.peek();
  if (meant === undefined) return false;
  if (event.key === "Escape") {
    event.preventDefault();
    cancelAim();
    return true;
  }
  const up = event.key === "ArrowUp";
  if (!up && event.key !== "ArrowDown" || event.altKey || event.ctrlKey || event.shiftKey) {
    return false;
  }
  // What was changed is not thrown away by a key that also moves the cursor.
  const changed = meant.kind === "reply" || event.currentTarget.value !== meant.line.content;
  if (!changed && stepEdit(up ? 1 : -1)) event.preventDefault();
  return true;
}

/**
 * In an empty line, what the reader said last here: it is edited. Not when they have sent something else since, a
 * command or what was refused: then that comes back.
 */
function toEdit(field: HTMLTextAreaElement): Said | undefined {
  const said = field.value === "" && recall.atEnd ? editable() : undefined;
  if (said === undefined) return undefined;
  const wish = recall.last === undefined ? undefined : COMMANDS.read(recall.last);
  const same = wish === undefined || "text" in wish && wish.text.trimEnd() === said.content ||
    // Since then it has got other words.
    wish.kind === "say" && said.change === "edited" && current.value.pending.length === 0;
  return same ? said : undefined;
}

/** For what the text is meant, unless it is something new. */
function Aimed(): VNode | null {
  const meant = aim.value;
  if (meant === undefined) return null;
  const { kind, line } = meant;
  return (
    <p class="aimed" id="aimed" role="status">
      <span class="aimed-text">
        {kind === "edit" ? `Editing what you said at ${clock(line.at)}` : (
          <>
            Reply to <bdi>{signed(line, false)}</bdi>:{" "}
            <bdi>{line.content.slice(0, QUOTE_CHARS)}</bdi>
          </>
        )}
      </span>
      <button
        type="button"
        class="quiet"
        title="Escape"
        onClick={() => {
          cancelAim();
          draft.focus();
        }}
      >
        Cancel
      </button>
    </p>
  );
}

/** Tab completes; where nothing can be completed it leads to the next button, as everywhere. */
function onTab(event: KeyboardEvent, field: HTMLTextAreaElement): void {
  const cursor = field.selectionStart;
  // Whoever has moved the cursor meanwhile means another word.
  if (completion !== undefined && cursor !== endOf(completion)) completion = undefined;
  if (event.shiftKey && completion === undefined) return;
  completion ??= completionsOf(field.value.slice(0, cursor), COMMANDS, candidates());
  if (completion === undefined) return;
  event.preventDefault();
  completion = turned(completion, event.shiftKey ? -1 : 1);
  const { start, options, index } = completion;
  field.setRangeText(options[index] ?? "", start, cursor, "end");
  fit(field);
}

function endOf({ start, options, index }: Completion): number {
  return start + (options[index] ?? "").length;
}

function send(field: HTMLTextAreaElement): void {
  typedMs = performance.now();
  const text = field.value;
  const meant = aim.peek();
  // A command is one also while a reply is being written.
  if (meant?.kind === "edit" || meant !== undefined && !/^\/(?!\/)/.test(text)) {
    return void aimed(field, meant, text);
  }
  if (text.trim() === "") return;
  if (!mayHoldPassword(text)) recall.add(text);
  completion = undefined;
  const { meansUpTo } = current.peek();
  put(field, "");
  void entered(text, meansUpTo);
}

/** What was written is other words for a message, or a reply. */
async function aimed(field: HTMLTextAreaElement, meant: Aim, text: string): Promise<void> {
  if (meant.kind === "reply" && text.trim() === "") return;
  if (meant.kind === "reply") put(field, "");
  await submitAim(meant, meant.kind === "reply" ? text.replace(/^\/\//, "/") : text);
}

function put(field: HTMLTextAreaElement, text: string): void {
  field.value = text;
  keep(text);
  fit(field);
}

/** What is being written here is kept, unless it is other words for what was said. */
function keep(text: string): void {
  if (aim.peek()?.kind === "edit") return;
  const view = current.peek();
  view.writing(text);
  keepDraft(view.key, text);
}

/** As high as its text, up to what the style sheet allows. */
function fit(field: HTMLTextAreaElement): void {
  field.style.height = "";
  // Empty, it shows a hint, and the hint is no reason to grow.
  if (field.value === "") return;
  field.style.height = `${field.scrollHeight + 2}px`;
}

/** Who spoke last is most likely meant. */
function candidates(): Candidates {
  const view = current.value;
  const all = views.value;
  const speakers = view.lines.slice(-SPEAKERS_LINES).reverse()
    .flatMap((line) => line.kind === "said" ? [line.from] : []);
  const names = [
    ...(view.kind === "private" ? [view.name] : []),
    ...speakers,
    ...view.people.values(),
    ...all.flatMap(({ kind, name }) => kind === "private" ? [name] : []),
    ...all.flatMap(({ people }) => [...people.values()]),
  ];
  const rooms = all.flatMap(({ kind, name }) => kind === "room" ? [name] : []);
  return {
    users: [...new Set(names)].filter((name) => foldText(name) !== foldText(me.value)),
    rooms: [...new Set([...rooms, ...knownRooms])],
  };
}

/** Rooms that one is not in are completed as well, once a command is begun. */
async function learnRooms(): Promise<void> {
  knownRooms = (await listRooms()).map(({ name }) => name);
}
