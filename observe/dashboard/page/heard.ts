/**
 * What the dashboard's process tells, and where it goes.
 *
 * @module
 */

import { batch } from "@preact/signals";
import type { AccountState, ChatStanding, Told, UnreadPlace } from "../page_messages.ts";
import type { Heard } from "./source.ts";
import { door } from "./door.tsx";
import { onEvent } from "./chat/events.ts";
import { onFile, post } from "./files/files.ts";
import { askAllNewest } from "./chat/history.ts";
import { ignoring } from "./chat/ignoring.ts";
import { openView } from "./chat/places.ts";
import { enteredRooms } from "./chat/membership.ts";
import { freshened } from "./fresh.ts";
import { welcomed } from "./chat/unread.ts";
import {
  account,
  accountSeen,
  addSeconds,
  changed,
  exchangesFiles,
  kernel,
  link,
  me,
  seconds,
  server,
  standing,
  views,
  watchedAfter,
  where,
} from "./state.ts";

/** Takes in whatever the connection hears. */
export const heard: Heard = {
  onStanding: (now) => standing.value = now,
  onTold: (told) => batch(() => onTold(told)),
};

/** Whose the reader's name is. */
function whose(state: AccountState | undefined): void {
  account.value = state;
  if (state === "own") accountSeen.value = true;
}

/** What an account has not read, in the views that it needs. */
function awaited(unread: readonly UnreadPlace[], rooms: readonly string[]): void {
  for (const room of rooms) openView("room", room);
  for (const { with: other } of unread) if (other !== undefined) openView("private", other);
  welcomed(unread);
}

/** The page has a chat, and is told how it stands. */
function opened(standing: ChatStanding): void {
  door.value = undefined;
  me.value = standing.me;
  where.value = standing.where;
  link.value = standing.link;
  whose(standing.account);
  ignoring(standing.ignored);
  for (const name of standing.partners) openView("private", name);
  for (const view of views.value) view.older = "unasked";
  if (standing.unread !== undefined) awaited(standing.unread, standing.rooms);
  enteredRooms(standing.rooms);
}

function onTold(told: Told): void {
  switch (told.type) {
    case "door":
      door.value = told;
      return;
    case "hello":
      kernel.value = told.kernel;
      server.value = told.server;
      exchangesFiles.value = true;
      return opened(told);
    case "here":
      exchangesFiles.value = true;
      return opened(told);
    case "link":
      link.value = told.link;
      if (told.me !== undefined) {
        me.value = told.me;
        whose(told.account);
      }
      if (told.anew) { for (const view of views.value) view.beganAnew(Date.now()); }
      if (told.unread !== undefined) awaited(told.unread, told.rooms ?? []);
      if (told.rooms !== undefined) enteredRooms(told.rooms);
      return changed();
    case "kernel":
      if (kernel.value?.kind !== "watching") watchedAfter.value = seconds.at(-1)?.at ?? 0;
      kernel.value = told.kernel;
      return;
    case "server":
      server.value = told.server;
      return;
    case "ignored":
      return ignoring(told.names);
    case "chat":
      for (const event of told.events) onEvent(event);
      return changed();
    case "skipped":
      return askAllNewest();
    case "seconds":
      return freshened(addSeconds(told.seconds));
    case "file":
      return onFile(told.file);
    case "send":
      return post(told);
    case "answer":
      return;
    default:
      told satisfies never;
  }
}
