/**
 * Where the page is connected, and what the tab's title says: what both pages show.
 *
 * @module
 */

import { effect } from "@preact/signals";
import type { VNode } from "preact";
import { isInTouch, pageFreshness } from "./fresh.ts";
import { link, me, standing, views, viewsChanged, where } from "./state.ts";

/** Where the page is connected, under which name. */
export function Link(): VNode {
  const good = isInTouch.value;
  const word = wordNow(good);
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

function wordNow(good: boolean): string {
  if (standing.value === "lost" || pageFreshness.value.stale !== undefined) return "page cut off";
  if (good) return "online";
  if (link.value.kind === "online") return "no answer";
  return link.value.kind === "closed" ? "ended" : "connecting";
}

/** What browsers can show at the icon of a page that is installed. */
interface Badged {
  setAppBadge?(count: number): Promise<void>;
  clearAppBadge?(): Promise<void>;
}

/** Counts what is for the reader in the tab's title, and at the icon of an installed page; the tab's icon gets a dot. */
export function showsUnread(): void {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  effect(() => {
    viewsChanged.value;
    const unread = views.value.reduce((sum, view) => sum + view.mentions, 0);
    document.title = unread > 0 ? `(${unread}) chat` : "chat";
    const path = unread > 0 ? "/icon-unread.svg" : "/icon.svg";
    if (icon !== null && icon.getAttribute("href") !== path) icon.href = path;
    const { setAppBadge, clearAppBadge } = navigator as Badged;
    const badged = unread > 0
      ? setAppBadge?.call(navigator, unread)
      : clearAppBadge?.call(navigator);
    // Only where the page is installed; there is the title as well.
    badged?.catch(() => {});
  });
}
