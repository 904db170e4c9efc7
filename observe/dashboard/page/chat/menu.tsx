/**
 * The menu of a message or of a person: beside its button, or at the lower edge of a narrow screen.
 *
 * Arrows go from entry to entry, Escape and Tab close it, and the keys are where they were before. What it may offer depends on
 * what the reader is in the room: that is asked when it opens, and it grows when the answer is there.
 *
 * @module
 */

import { effect, type Signal, signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { foldText } from "../../../../server/wire/names/mod.ts";
import { connection } from "../connection.ts";
import { changed, currentKey, ignored, me, server, viewsChanged } from "../state.ts";
import { act } from "./acting.ts";
import { react } from "./changing.ts";
import { menuOf, REACTIONS, takesReactions } from "./message_menu.ts";
import type { Said } from "./said.ts";
import type { View } from "./view.ts";

/** Pixels between the menu and what it must not touch. */
const GAP = 4;

interface Open {
  readonly view: View;
  readonly line?: Said;
  readonly name: string;
  /** The button that opened it. */
  readonly opener: HTMLElement;
}

/** The menu that is open. */
export const menu: Signal<Open | undefined> = signal(undefined);

/** Opens the menu of a message, or of a person; the same button again closes it. */
export function openMenu(open: Open): void {
  if (menu.peek()?.opener === open.opener) return closeMenu(false);
  menu.value = open;
  if (open.view.kind === "room") void askRank(open.view);
}

/** Closes it. @param back Whether the keys go back to where they were. */
export function closeMenu(back: boolean): void {
  const open = menu.peek();
  menu.value = undefined;
  if (back && open?.opener.isConnected) open.opener.focus();
}

/** The menu, while one is open. */
export function Menu(): VNode | null {
  const open = menu.value;
  return open === undefined
    ? null
    : <Entries key={open.name + (open.line?.seq ?? "")} open={open} />;
}

/** The reader goes elsewhere: it is of something that they do not look at any more. */
effect(() => {
  currentKey.value;
  menu.value = undefined;
});

function Entries({ open }: { readonly open: Open }): VNode {
  // What the reader may do here comes later.
  viewsChanged.value;
  const { view, line, name, opener } = open;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current !== null) place(box.current, opener);
  });
  // At once: a key that is pressed next is meant for the menu.
  useLayoutEffect(() => focusOn(box.current, 0), []);
  useEffect(() => {
    const onPointer = ({ target }: Event): void => {
      const inside = target instanceof Node &&
        (box.current?.contains(target) || opener.contains(target));
      if (!inside) closeMenu(false);
    };
    const onMove = (): void => closeMenu(false);
    document.addEventListener("pointerdown", onPointer, true);
    addEventListener("resize", onMove);
    return () => {
      document.removeEventListener("pointerdown", onPointer, true);
      removeEventListener("resize", onMove);
    };
  }, []);
  const of = {
    ...(line === undefined ? {} : { line }),
    name,
    me: me.value,
    isRoom: view.kind === "room",
    ...view.standing,
    isIgnored: ignored.has(foldText(name)),
    follows: server.value?.kind === "full",
  };
  return (
    <div
      class="menu"
      role="menu"
      aria-label={line === undefined ? name : `Message of ${line.from}`}
      ref={box}
      onKeyDown={onKeyDown}
    >
      {line !== undefined && takesReactions(of) && (
        <div class="menu-reactions" role="group" aria-label="React">
          {REACTIONS.map((emoji) => (
            <button
              key={emoji}
              type="button"
              role="menuitem"
              tabIndex={-1}
              aria-label={`React with ${emoji}`}
              onClick={() => {
                closeMenu(true);
                void react(view, line, emoji);
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      )}
      {menuOf(of).map((group) => (
        <div key={group[0]?.act} class="menu-group" role="group">
          {group.map((entry) => (
            <button
              key={entry.act}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={entry.grave === true ? "grave" : undefined}
              onClick={() => {
                closeMenu(true);
                act(entry.act, { view, line, name });
              }}
            >
              <bdi>{entry.label}</bdi>
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

/** Beside its button, where there is room for it. A narrow screen's style sheet puts it elsewhere. */
function place(box: HTMLElement, opener: HTMLElement): void {
  const { top, bottom, right } = opener.getBoundingClientRect();
  const { offsetHeight: height, offsetWidth: width } = box;
  const below = bottom + GAP + height <= innerHeight;
  box.style.top = `${below ? bottom + GAP : Math.max(GAP, top - GAP - height)}px`;
  box.style.left = `${Math.max(GAP, Math.min(right, innerWidth - GAP) - width)}px`;
}

function focusOn(box: HTMLElement | null, index: number): void {
  const items = [...box?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []];
  items.at(index % Math.max(1, items.length))?.focus();
}

function onKeyDown(event: KeyboardEvent): void {
  const box = event.currentTarget as HTMLElement;
  const items = [...box.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  switch (event.key) {
    case "ArrowDown":
    case "ArrowRight":
      focusOn(box, at + 1);
      break;
    case "ArrowUp":
    case "ArrowLeft":
      focusOn(box, at - 1);
      break;
    case "Home":
      focusOn(box, 0);
      break;
    case "End":
      focusOn(box, -1);
      break;
    case "Escape":
    case "Tab":
      closeMenu(true);
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** What the reader is in a room; a server that does not know that says nothing about it. */
async function askRank(view: View): Promise<void> {
  const answer = await connection.ask({ type: "rank", room: view.name });
  if (answer.kind !== "rank") return;
  view.standing = { rank: answer.rank, moderators: answer.moderators };
  changed();
}
