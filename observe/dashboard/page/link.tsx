/**
 * Where the page is connected, and what the tab's title says: what both pages show.
 *
 * @module
 */

import { effect } from "@preact/signals";
import type { VNode } from "preact";
import { link, me, standing, views, viewsChanged, where } from "./state.ts";

/** Where the page is connected, under which name. */
export function Link(): VNode {
  const good = standing.value === "open" && link.value.kind === "online";
  const word = standing.value === "lost"
    ? "page cut off"
    : good
    ? "online"
    : link.value.kind === "closed"
    ? "ended"
    : "connecting";
  return (
    <p class={`link ${good ? "good" : "bad"}`} role="status">
      <span class="lamp" aria-hidden="true">{good ? "●" : "○"}</span>
      <span class="link-word">{word}</span>
      <span class="link-where">{where.value}</span>
      {me.value !== "" && (
        <span class="link-me">
          as <bdi>{me.value}</bdi>
        </span>
      )}
    </p>
  );
}

/** Counts in the tab's title what is for the reader. */
export function showsUnread(): void {
  effect(() => {
    viewsChanged.value;
    const unread = views.value.reduce((sum, view) => sum + view.mentions, 0);
    document.title = unread > 0 ? `(${unread}) chat` : "chat";
  });
}
