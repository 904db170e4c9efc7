/**
 * Which rows of a view are on the screen, and what scrolling does to that.
 *
 * A view either follows its newest line or is held at an *anchor*: the row at the bottom of the
 * screen, as line and row within the line. Since a line keeps its position for life, an anchored
 * screen does not move when lines arrive below it or are loaded above it.
 *
 * Rows are laid out from the anchor upwards until the screen is full: the cost is that of one
 * screen, however long the conversation.
 *
 * @module
 */

import { layOut } from "./layout.ts";
import { at } from "./lines.ts";
import { highlighted, type Search } from "./search.ts";
import type { Row } from "./style.ts";
import { firstUnread, markRow } from "./unread.ts";
import type { Anchor, View } from "./view.ts";

/** The part of the screen where the conversation is. */
export interface Area {
  readonly columns: number;
  readonly rows: number;
  /** Whether guests have their sign. */
  readonly guests: boolean;
}

/**
 * What stands in the area, from top to bottom; fewer rows than it has when there is no more.
 *
 * @param search What is to be lit in it.
 */
export function visibleRows(view: View, area: Area, search?: Search): Row[] {
  const upwards: Row[] = [];
  const take = (rows: readonly Row[], until = Infinity) => {
    const taken = rows.slice(0, until + 1).reverse();
    upwards.push(...taken.slice(0, area.rows - upwards.length));
  };
  const { lines, pending } = view;
  const anchor = anchorOf(view, area);
  if (anchor === undefined) {
    for (const line of pending.toReversed()) take(layOut(line, area.columns, area.guests));
  }
  let until = anchor?.row;
  for (let position = anchor?.position ?? lines.end - 1; position >= lines.first; position--) {
    if (upwards.length >= area.rows) break;
    take(rowsAt(view, position, { area, search }), until);
    until = undefined;
  }
  return upwards.reverse();
}

/** The rows of the line at a position, below the mark if that is its place. */
function rowsAt(
  view: View,
  position: number,
  { area, search }: { readonly area: Area; readonly search?: Search | undefined },
): readonly Row[] {
  const line = at(view.lines, position);
  if (line === undefined) return [];
  const laidOut = layOut(line, area.columns, area.guests);
  const rows = search === undefined ? laidOut : highlighted({
    line,
    rows: laidOut,
    query: search.query,
    role: position === search.found ? "found" : "match",
  });
  return position === firstUnread(view) ? [markRow(area.columns), ...rows] : rows;
}

/** A view after scrolling, and whether its oldest row is now on the screen. */
export interface Scrolled {
  readonly view: View;
  readonly atTop: boolean;
}

/** Scrolls by so many rows; up is negative. Beyond its ends a view does not scroll. */
export function scrolled(view: View, delta: number, area: Area): Scrolled {
  const top = topAnchor(view, area);
  if (top === undefined) return { view: heldAt(view, undefined), atTop: true };
  const from = anchorOf(view, area) ?? bottomAnchor(view, area);
  // From the bottom, the rows of what is not yet acknowledged are scrolled away first.
  const pendingRows = view.anchor !== undefined ? 0 : view.pending
    .reduce((sum, line) => sum + layOut(line, area.columns, area.guests).length, 0);
  const moved = move(view, from, Math.min(0, delta + pendingRows) || Math.max(0, delta), area);
  const atTop = moved !== undefined && compare(moved, top) <= 0;
  return { view: heldAt(view, atTop ? top : moved), atTop };
}

/** How a line that is jumped to is shown. */
export interface Jump {
  readonly area: Area;
  /** Rows that stay above it, where there are as many. */
  readonly above: number;
  /** Whether it must stay there, also where the newest line is on the screen too. */
  readonly hold: boolean;
}

/** Shows the line at a position. */
export function jumped(view: View, position: number, { area, above, hold }: Jump): View {
  const start = { position: Math.max(position, view.lines.first), row: 0 };
  const anchor = move(view, start, Math.max(0, area.rows - 1 - above), area);
  // What is not yet acknowledged stands below the newest line, and would push up what is shown.
  const held = hold || view.pending.length > 0 ? bottomAnchor(view, area) : undefined;
  return heldAt(view, anchor ?? held);
}

/** Holds a view at an anchor, or lets it follow its newest line. */
export function heldAt(view: View, anchor: Anchor | undefined): View {
  const below = anchor === undefined ? 0 : view.lines.end - 1 - anchor.position;
  return { ...view, anchor, below: Math.min(view.below, below) };
}

/** The anchor as far as it can be had: lines that were left out or a larger screen move it down. */
function anchorOf(view: View, area: Area): Anchor | undefined {
  const { anchor } = view;
  if (anchor === undefined) return undefined;
  const top = topAnchor(view, area);
  return top === undefined || compare(anchor, top) < 0 ? top : anchor;
}

/** The anchor moved by so many rows; `undefined` below the newest row. */
function move(view: View, from: Anchor, delta: number, area: Area): Anchor | undefined {
  const { first, end } = view.lines;
  let { position } = from;
  let row = Math.min(from.row, rowCount(view, position, area) - 1) + delta;
  while (row < 0 && position > first) row += rowCount(view, --position, area);
  while (position < end && row >= rowCount(view, position, area)) {
    row -= rowCount(view, position++, area);
  }
  if (position >= end) return undefined;
  // The newest row at the bottom is where a view follows again.
  const newest = position === end - 1 && row === rowCount(view, position, area) - 1;
  return newest ? undefined : { position, row: Math.max(0, row) };
}

/** The anchor with the oldest row at the top; `undefined` when everything fits on the screen. */
function topAnchor(view: View, area: Area): Anchor | undefined {
  let room = area.rows;
  for (let position = view.lines.first; position < view.lines.end; position++) {
    const rows = rowCount(view, position, area);
    if (rows >= room) {
      const newest = position === view.lines.end - 1 && rows === room;
      return newest && view.pending.length === 0 ? undefined : { position, row: room - 1 };
    }
    room -= rows;
  }
  return undefined;
}

function bottomAnchor(view: View, area: Area): Anchor {
  const position = view.lines.end - 1;
  return { position, row: rowCount(view, position, area) - 1 };
}

function rowCount(view: View, position: number, area: Area): number {
  return rowsAt(view, position, { area }).length;
}

function compare(left: Anchor, right: Anchor): number {
  return left.position - right.position || left.row - right.row;
}
