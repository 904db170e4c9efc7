/**
 * Where one writes: Enter sends, Shift+Enter makes a new line, Tab completes a name, Up brings back what was said.
 *
 * @module
 */

import type { TargetedKeyboardEvent, VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { current, link, standing } from "./state.ts";
import { folded } from "./view.ts";
import { entered } from "./wishes.ts";

/** Lines that can be brought back. */
const HISTORY_MAX = 100;

const sent: string[] = [];
let back = 0;
let cycle: { readonly start: number; readonly names: readonly string[]; at: number } | undefined;

/** What is being written, wherever it is needed: it waits in its view while another one is looked at. */
export const draft: { read: () => string; write: (text: string) => void } = {
  read: () => "",
  write: () => {},
};

/** The input. */
export function Composer(): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const view = current.value;
  // Before anything else can be typed: what is put here later would replace it.
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    draft.read = () => element.value;
    draft.write = (text) => put(element, text);
    put(element, view.draft);
    if (matchMedia("(pointer: fine)").matches) element.focus();
  }, [view]);
  const to = view.kind === "room" ? `#${view.name}` : view.name;
  const cut = standing.value !== "open" || link.value.kind !== "online";
  return (
    <form class="composer" onSubmit={(event) => event.preventDefault()}>
      <label class="hidden" for="message">Message</label>
      <textarea
        id="message"
        ref={field}
        rows={1}
        placeholder={cut ? "Not connected. What you write waits here." : `Write to ${to}`}
        enterkeyhint="send"
        autocomplete="off"
        spellcheck
        onInput={({ currentTarget }) => {
          cycle = undefined;
          fit(currentTarget);
        }}
        onKeyDown={onKeyDown}
      />
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
  if (event.key === "Tab" && !event.shiftKey && complete(field)) return event.preventDefault();
  const single = !field.value.includes("\n");
  if (event.altKey || event.ctrlKey || !single) return;
  if (event.key === "ArrowUp" && back < sent.length) {
    event.preventDefault();
    put(field, sent[sent.length - ++back] ?? "");
  } else if (event.key === "ArrowDown" && back > 0) {
    event.preventDefault();
    put(field, sent[sent.length - --back] ?? "");
  }
}

function send(field: HTMLTextAreaElement): void {
  const text = field.value;
  if (text.trim() === "") return;
  if (sent.at(-1) !== text) sent.push(text);
  if (sent.length > HISTORY_MAX) sent.shift();
  back = 0;
  put(field, "");
  void entered(text);
}

function put(field: HTMLTextAreaElement, text: string): void {
  field.value = text;
  fit(field);
}

/** As high as its text, up to what the style sheet allows. */
function fit(field: HTMLTextAreaElement): void {
  field.style.height = "";
  // Empty, it shows a hint, and the hint is no reason to grow.
  if (field.value === "") return;
  field.style.height = `${field.scrollHeight + 2}px`;
}

/** Completes the word before the cursor to a name; again, to the next one. @returns Whether there is one. */
function complete(field: HTMLTextAreaElement): boolean {
  const cursor = field.selectionStart;
  if (cycle === undefined) {
    const start = field.value.slice(0, cursor).search(/\S+$/);
    if (start < 0) return false;
    const word = folded(field.value.slice(start, cursor).replace(/^@/, ""));
    const { people, lines } = current.value;
    const speakers = lines.slice(-200).reverse().flatMap((one) =>
      one.kind === "said" && !one.mine ? [one.from] : []
    );
    const names = [...new Set([...speakers, ...people.values()])]
      .filter((name) => folded(name).startsWith(word));
    if (word === "" || names.length === 0) return false;
    cycle = { start, names, at: 0 };
  } else cycle.at = (cycle.at + 1) % cycle.names.length;
  const { start, names, at } = cycle;
  const text = `${names[at]}${start === 0 ? ": " : " "}`;
  field.setRangeText(text, start, cursor, "end");
  return true;
}
