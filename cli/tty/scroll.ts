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

import { layOut, type Line } from "./layout.ts";
import { at } from "./lines.ts";
import type { Row } from "./style.ts";
import type { Anchor, View } from "./view.ts";

/** The part of the screen where the conversation is. */
export interface Area {
  readonly columns: number;
  readonly rows: number;
}

/** What stands in the area, from top to bottom; fewer rows than it has when there is no more. */
export function visibleRows(view: View, area: Area): Row[] {
  const upwards: Row[] = [];
  const take = (line: Line, until?: number) => {
    const rows = layOut(line, area.columns);
    for (let row = Math.min(until ?? Infinity, rows.length - 1); row >= 0; row--) {
      if (upwards.length === area.rows) return;
      const found = rows[row];
      if (found !== undefined) upwards.push(found);
    }
  };
  const { anchor, lines } = view;
  if (anchor === undefined) {
    for (const line of view.pending.toReversed()) take(line);
  }
  let until = anchor?.row;
  for (let position = anchor?.position ?? lines.end - 1; position >= lines.first; position--) {
    if (upwards.length >= area.rows) break;
    const line = at(lines, position);
    if (line !== undefined) take(line, until);
    until = undefined;
  }
  return upwards.reverse();
}

/** A view after scrolling, and whether its oldest row is now on the screen. */
export interface Scrolled {
  readonly view: View;
  readonly atTop: boolean;
}

/** Scrolls by so many rows; up is negative. Beyond its ends a view does not scroll. */
export function scrolled(view: View, delta: number, area: Area): Scrolled {
  const top = topAnchor(view, area);
  if (top === undefined) return { view: { ...view, anchor: undefined, below: 0 }, atTop: true };
  const from = view.anchor ?? bottomAnchor(view, area);
  // From the bottom, the rows of what is not yet acknowledged are scrolled away first.
  const pendingRows = view.anchor !== undefined ? 0 : view.pending
    .reduce((sum, line) => sum + layOut(line, area.columns).length, 0);
  const moved = move(view, from, Math.min(0, delta + pendingRows) || Math.max(0, delta), area);
  if (moved === undefined) return { view: { ...view, anchor: undefined, below: 0 }, atTop: false };
  const atTop = compare(moved, top) <= 0;
  const anchor = atTop ? top : moved;
  return {
    view: { ...view, anchor, below: Math.min(view.below, linesBelow(view, anchor)) },
    atTop,
  };
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
  const line = at(view.lines, position);
  return line === undefined ? 0 : layOut(line, area.columns).length;
}

function linesBelow(view: View, anchor: Anchor): number {
  return view.lines.end - 1 - anchor.position;
}

function compare(left: Anchor, right: Anchor): number {
  return left.position - right.position || left.row - right.row;
}
