/**
 * The status line: where one is, what is new elsewhere, and how the connection does.
 *
 * ```text
 *  1:lobby 12 | 2:dev 4 | 3:@bob 1!                                      online, 3 ms
 * ```
 *
 * Its parts have a rank. What does not fit is left out, the least important first, so that a narrow
 * terminal still shows the room, the connection and that something is new.
 *
 * @module
 */

import { TIME_COLUMNS_MIN } from "./limits.ts";
import { sumText } from "../files/transfer_text.ts";
import type { Model } from "./model.ts";
import { typingHere } from "./on_typing.ts";
import type { Role, Row, Span } from "./style.ts";
import type { View } from "./view.ts";
import { columns, shorten } from "./width.ts";

/** The status line, exactly `width` columns wide. */
export function statusRow(model: Model, width: number): Row {
  const narrow = width < TIME_COLUMNS_MIN;
  const files = filesText(model, narrow);
  // While files move, how far they are is worth more than how the connection is named.
  const how = files === "" ? connection(model, narrow) : `${files}  ${connection(model, true)}`;
  const right = shorten(how, Math.max(0, width - 2));
  const room = Math.max(0, width - columns(right) - 3);
  const left = DETAILS.values()
    .map((details) => fitting(places(model, details), room))
    .find(({ complete }) => complete) ?? fitting(places(model, {}), room);
  const used = left.spans.reduce((sum, { text }) => sum + columns(text), 0);
  const edge: Span = { text: " ", role: "bar" };
  const space: Span = { text: " ".repeat(Math.max(0, room - used + 1)), role: "bar" };
  const role = model.status.kind === "online" ? "bar" : "barAlert";
  return [edge, ...left.spans, space, { text: right, role }, edge];
}

interface Place {
  readonly text: string;
  readonly role: Role;
  /** Whether something in it was not read. */
  readonly unread: boolean;
}

/** What else is said of the view on the screen. */
interface Details {
  /** How many are there. */
  readonly people?: boolean;
  /** Who types. */
  readonly typing?: boolean;
}

/** In the order in which they are tried, until all places with something new fit beside them; then nothing is. */
const DETAILS: readonly Details[] = [{ people: true, typing: true }, { typing: true }];

/** The view on the screen, those with mentions, those with something new, and then the rest. */
function places(model: Model, details: Details): Place[] {
  const here = model.views.filter((_, index) => index === model.current)
    .map((view): Place => ({
      text: hereText(model, view, details),
      role: "barHere",
      unread: true,
    }));
  const others = model.views.map((view, index) => ({ view, index }))
    .filter(({ index }) => index !== model.current);
  const rank = ({ view }: { view: View }) =>
    view.reading.mentions > 0 ? 0 : view.reading.unread > 0 ? 1 : 2;
  others.sort((left, right) => rank(left) - rank(right) || left.index - right.index);
  const rest = others.map(({ view, index }): Place => {
    const { reading } = view;
    const unread = reading.unread > 0;
    const count = unread ? ` ${reading.unread}${reading.mentions > 0 ? "!" : ""}` : "";
    const role = reading.mentions > 0 ? "barAlert" : "bar";
    return { text: `${index + 1}:${title(view)}${count}`, role, unread };
  });
  return [...here, ...rest];
}

/** As many places as fit, with `+` for the others; `complete` when all with something new did. */
function fitting(places: readonly Place[], room: number): { spans: Span[]; complete: boolean } {
  const spans: Span[] = [];
  let used = 0;
  for (const [index, { text, role, unread }] of places.entries()) {
    const gap = index === 0 ? "" : "  ";
    const reserve = index === places.length - 1 ? 0 : MORE.length;
    if (index > 0 && used + columns(gap + text) + reserve > room) {
      if (used + MORE.length <= room) spans.push({ text: MORE, role });
      return { spans, complete: !unread };
    }
    const shown = shorten(gap + text, room);
    spans.push({ text: shown, role });
    if (shown !== gap + text) return { spans, complete: false };
    used += columns(shown);
  }
  return { spans, complete: true };
}

/** Says that there are further places. */
const MORE = "  +";

function hereText(model: Model, view: View, { people = false, typing = false }: Details): string {
  const number = model.views.length > 1 ? `${model.current + 1}:` : "";
  const below = view.anchor === undefined ? "" : view.below > 0 ? ` ↓${view.below} new` : " ↓";
  const counted = people && view.kind === "room" && view.count !== undefined;
  const typists = typing ? typingHere(model, view) : "";
  return [
    `${number}${title(view)}${below}`,
    ...(counted ? [`${view.count} here`] : []),
    ...(typists === "" ? [] : [typists]),
  ].join(" · ");
}

/** A room's name, or a user's with the sign that the messages are for two. */
export function title(view: View): string {
  return view.kind === "room" ? view.name : `@${view.name}`;
}

/** How far the files are, in both directions: `↓ a.bin 42 % 12 MB/s 0:07`. Empty when none moves. */
function filesText({ files: { list, at } }: Model, narrow: boolean): string {
  const ways = [["in", "↓"], ["out", "↑"]] as const;
  return ways.flatMap(([way, arrow]) => {
    const moving = list.filter((one) => one.way === way && one.phase === "moving");
    const text = sumText(moving, at, narrow);
    return text === undefined ? [] : [`${arrow} ${text}`];
  }).join("  ");
}

/** How the connection does; in a word where there is no room for a sentence. */
function connection(model: Model, narrow: boolean): string {
  const { status, statusSince, now, roundTripMs, where } = model;
  if (now < model.quitUntil) return narrow ? "^C quits" : "Ctrl+c again to quit";
  switch (status.kind) {
    case "online": {
      const latency = roundTripMs === undefined ? "online" : milliseconds(roundTripMs);
      return narrow ? latency : `${where} ${latency}`;
    }
    case "connecting":
      if (narrow) return "connecting";
      return status.attempt === 1 ? "connecting…" : `connecting (try ${status.attempt})…`;
    case "offline": {
      const seconds = Math.max(0, Math.ceil((statusSince + status.retryInMs - now) / 1_000));
      return narrow ? `offline ${seconds}` : `offline, next try in ${seconds} s`;
    }
    case "closed":
      return "closed";
    default:
      return status satisfies never;
  }
}

function milliseconds(ms: number): string {
  return ms < 1 ? "<1 ms" : `${Math.round(ms)} ms`;
}
