/**
 * What the model makes of the keys that lead elsewhere: to another view, or to other lines.
 *
 * | key | leads to |
 * |---|---|
 * | Alt+1…9, Alt+0 | the view of that number, the tenth |
 * | Ctrl+n, Alt+Right; Ctrl+p, Alt+Left | the next view; the one before |
 * | Alt+a | the next view in which something is new, mentions first |
 * | PgUp, PgDn, Alt+Home, Alt+End | other lines of this view |
 * | Alt+u | the first line that is new here |
 * | Alt+n | the next mention, here or in another view |
 *
 * @module
 */

import { mentionAfter } from "./mentions.ts";
import { changed, currentView, type Model, only, shown, type Step, then } from "./model.ts";
import { askedForOlder } from "./on_client.ts";
import { conversationArea } from "./screen.ts";
import { jumped, scrolled } from "./scroll.ts";
import { firstUnread } from "./unread.ts";

/** The model after a key that leads elsewhere; `undefined` when the key is none. */
export function onMoveKey(model: Model, name: string): Step | undefined {
  const digit = /^alt\+(\d)$/.exec(name)?.[1];
  if (digit !== undefined) return only(atIndex(model, (Number(digit) + 9) % 10));
  const { current, views: { length } } = model;
  switch (name) {
    case "ctrl+n":
    case "alt+right":
      return only(atIndex(model, (current + 1) % length));
    case "ctrl+p":
    case "alt+left":
      return only(atIndex(model, (current + length - 1) % length));
    case "alt+a":
      return only(atIndex(model, nextActivity(model)));
    case "pageup":
      return scrolledBy(model, -page(model));
    case "pagedown":
      return scrolledBy(model, page(model));
    case "alt+home":
      return scrolledBy(model, -Infinity);
    case "alt+end":
      return scrolledBy(model, Infinity);
    case "alt+u":
      return only(atUnread(model));
    case "alt+n":
      return only(atMention(model));
    default:
      return undefined;
  }
}

function atIndex(model: Model, index: number): Model {
  const view = model.views[index];
  return view === undefined ? model : shown(model, view.key);
}

/** The next view in which something new is; where the reader is named comes first. */
function nextActivity({ views, current }: Model): number {
  const order = views.map((_, index) => (current + 1 + index) % views.length);
  const mentioned = order.find((index) => (views[index]?.reading.mentions ?? 0) > 0);
  return mentioned ?? order.find((index) => (views[index]?.reading.unread ?? 0) > 0) ?? current;
}

/** The rows that one scrolls by: one of those seen before stays, to go on reading from. */
function page(model: Model): number {
  return Math.max(1, conversationArea(model).rows - 1);
}

/** Who comes to the top asks for what stands above it. */
function scrolledBy(model: Model, delta: number): Step {
  const { view, atTop } = scrolled(currentView(model), delta, conversationArea(model));
  const step = only(changed(model, view.key, () => view));
  return atTop && delta < 0 ? then(step, (next) => askedForOlder(next, view)) : step;
}

/** With the mark in the first row: one reads on from there. */
function atUnread(model: Model): Model {
  const view = currentView(model);
  const position = firstUnread(view);
  if (position === undefined) return model;
  const area = conversationArea(model);
  return changed(
    model,
    view.key,
    () => jumped(view, position, { above: 0, hold: false, area }),
  );
}

/** In the middle of the screen: a mention is seldom understood without what stands around it. */
function atMention(model: Model): Model {
  const place = mentionAfter(model);
  if (place === undefined) return model;
  const next = { ...shown(model, place.view), lastMention: place };
  const area = conversationArea(next);
  const above = Math.floor(area.rows / 2);
  return changed(
    next,
    place.view,
    (view) => jumped(view, place.position, { above, hold: false, area }),
  );
}
