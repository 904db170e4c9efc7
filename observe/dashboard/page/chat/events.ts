/**
 * What happens in the conversation, and the views after it.
 *
 * @module
 */

import { foldText } from "../../../../server/wire/names/mod.ts";
import { readTo } from "../../../../talk/mod.ts";
import type { ChatEvent, ChatLine } from "../../page_messages.ts";
import { overtaken } from "./aim.ts";
import { askNewest, isRead } from "./history.ts";
import { isHeld } from "./attention.ts";
import { withdraw } from "./notifying.ts";
import { openView } from "./places.ts";
import { endTyping, heardTyping } from "./typing.tsx";
import { accountSeen, current, me, views, whisperedLast } from "../state.ts";
import { follow, heardIn, passedIn } from "./unread.ts";
import { LINES_MAX, type View, viewKey } from "./view.ts";

/** The view of a room; where the reader is, if that is none of theirs. */
function placeOf(room: string | undefined): View {
  const known = room === undefined
    ? undefined
    : views.value.find(({ key }) => key === viewKey("room", room));
  return known ?? current.value;
}

/** Somebody who is not read said something: it opens nothing and is nothing new, and the view knows that it is there. */
function hidden(line: ChatLine): void {
  const key = line.room === undefined
    ? viewKey("private", line.with ?? line.from)
    : viewKey("room", line.room);
  const view = views.value.find((one) => one.key === key);
  view?.arrived(line, me.value, isRead);
  if (view !== undefined) passedIn(view, line);
}

/** Takes an event in. */
export function onEvent(event: ChatEvent): void {
  switch (event.kind) {
    case "line": {
      if (event.account === true) accountSeen.value = true;
      if (event.room !== undefined) endTyping(event.room, [event.from]);
      if (!isRead(event)) return hidden(event);
      if (event.room === undefined && foldText(event.from) !== foldText(me.value)) {
        whisperedLast.value = event.from;
      }
      const view = event.room === undefined
        ? openView("private", event.with ?? event.from)
        : openView("room", event.room);
      if (view.older === "unasked") void askNewest(view);
      const line = view.arrived(event, me.value);
      if (line === undefined) return;
      heardIn(view, [line]);
      if (!isHeld(view)) view.trim(LINES_MAX);
      return;
    }
    case "people": {
      const view = views.value.find(({ key }) => key === viewKey("room", event.room));
      if (event.account === true) accountSeen.value = true;
      if (event.quiet === true) view?.crowd.knows(event);
      else view?.moved(event.joined, event.left, Date.now(), event.account);
      if (view !== undefined) view.count = event.users ?? view.people.size;
      return endTyping(event.room, event.left);
    }
    case "typing":
      return heardTyping(event);
    case "topic": {
      const view = openView("room", event.room);
      view.topic = event.topic;
      const what = event.topic === "" ? "took the topic away" : `set the topic: ${event.topic}`;
      return view.notice(`${event.by} ${what}`, "info", Date.now());
    }
    case "changed": {
      const key = event.room === undefined
        ? viewKey("private", event.with ?? event.by)
        : viewKey("room", event.room);
      const view = views.value.find((view) => view.key === key);
      view?.changed(event);
      if (view !== undefined) {
        overtaken(view, event.seq, event.content);
        withdraw(view, event.seq);
      }
      return;
    }
    case "read": {
      const key = event.room === undefined
        ? viewKey("private", event.with ?? "")
        : viewKey("room", event.room);
      const view = views.value.find((one) => one.key === key);
      if (view !== undefined) follow(view, readTo(view.reading, event.seq));
      return;
    }
    case "reacted": {
      const key = viewKey("room", event.room);
      return views.value.find((view) => view.key === key)?.changed(event);
    }
    case "notice":
      return placeOf(event.room).notice(event.sentence, "info", Date.now());
    case "error":
      return current.value.notice(event.sentence, "error", Date.now());
    default:
      event satisfies never;
  }
}
