/**
 * The live view as data: what is known, and how it is looked at. `update` is the only way in which it changes. Pure.
 *
 * Paused, the view stands still while figures go on being taken: they are sums, so nothing is missed.
 *
 * @module
 */

import {
  type Changes,
  changes,
  costBetween,
  type CostRate,
  type End,
  firstChanges,
  type Snapshot,
  type Start,
} from "../../observe/mod.ts";
import type { Facts, Verdict } from "../../verdict/mod.ts";
import type { Size } from "../tty/model.ts";
import { judged, seenBetween } from "./judged.ts";
import { type Slowest, slowestAfter } from "./slowest.ts";
import { type Sort, SORTS } from "./values.ts";

/** A moment: all figures then, and what had happened since the one before. */
export interface Moment {
  readonly now: Snapshot;
  readonly changes: Changes;
  readonly cost: CostRate | undefined;
  readonly verdict: Verdict;
  /** Share of one CPU that the observing process took itself; absent when another process observes. */
  readonly own: number | undefined;
  readonly slowest: Slowest;
}

/** The view. */
export interface Model {
  readonly size: Size;
  readonly start: Start;
  /** Milliseconds of CPU that this process had taken when figures were last taken. */
  readonly cpuMs: number | undefined;
  /** What is shown, and what is known: the same unless paused. */
  readonly shown: Moment | undefined;
  readonly latest: Moment | undefined;
  readonly sort: Sort;
  readonly reverse: boolean;
  readonly paused: boolean;
  /** Rows of the table above the screen. */
  readonly scroll: number;
  readonly charts: boolean;
  readonly help: boolean;
  /** Set when the observation is over. */
  readonly end: End | undefined;
  /** Set when the view is to be left. */
  readonly left: boolean;
}

/** What happens to a view. */
export type Event =
  | {
    readonly kind: "snapshot";
    readonly snapshot: Snapshot;
    readonly cpuMs?: number | undefined;
    /** What a chat server that is watched told of the same time. */
    readonly server?: Facts | undefined;
  }
  | { readonly kind: "end"; readonly end: End }
  /** A key by its name, or one typed character. */
  | { readonly kind: "key"; readonly name: string }
  | { readonly kind: "resize"; readonly size: Size }
  | { readonly kind: "leave" };

/** How a view begins. */
export interface ViewOptions {
  readonly size: Size;
  readonly start: Start;
  readonly sort: Sort;
  /** Milliseconds of CPU that this process has taken; absent when another process observes. */
  readonly cpuMs?: number | undefined;
}

/** A view in which nothing was seen. */
export function begin({ size, start, sort, cpuMs }: ViewOptions): Model {
  return {
    size,
    start,
    cpuMs,
    shown: undefined,
    latest: undefined,
    sort,
    reverse: false,
    paused: false,
    scroll: 0,
    charts: true,
    help: false,
    end: undefined,
    left: false,
  };
}

/**
 * The view after an event.
 *
 * @param page Rows of the table that the screen shows, for scrolling.
 */
export function update(model: Model, event: Event, page: number): Model {
  switch (event.kind) {
    case "snapshot":
      return taken(model, event.snapshot, event.cpuMs, event.server);
    case "end":
      // The figures at the end are shown even when paused: there will be no others.
      return { ...taken({ ...model, paused: false }, event.end.last, undefined), end: event.end };
    case "resize":
      return { ...model, size: event.size };
    case "leave":
      return { ...model, left: true };
    case "key":
      return onKey(model, event.name, page);
    default:
      return event satisfies never;
  }
}

function taken(
  model: Model,
  now: Snapshot,
  cpuMs: number | undefined,
  server?: Facts,
): Model {
  const before = model.latest?.now;
  // The last figures may be the very ones of a moment ago: no time has passed in which to measure a rate.
  const latest = model.latest !== undefined && model.latest.now.ts >= now.ts
    ? { ...model.latest, now }
    : {
      now,
      changes: before === undefined ? firstChanges(model.start.ts, now) : changes(before, now),
      cost: costBetween(before ?? model.start, now),
      verdict: judged(seenBetween(before, now), server),
      slowest: slowestAfter(model.latest?.slowest ?? {}, before, now),
      own: cpuMs === undefined || model.cpuMs === undefined
        ? model.latest?.own
        : (cpuMs - model.cpuMs) * 1e6 / (now.ts - (before ?? model.start).ts),
    };
  return {
    ...model,
    cpuMs: cpuMs ?? model.cpuMs,
    latest,
    shown: model.paused ? model.shown ?? latest : latest,
  };
}

function onKey(model: Model, name: string, page: number): Model {
  switch (name) {
    case "q":
    case "ctrl+c":
      return { ...model, left: true };
    case "s": {
      const next = (SORTS.indexOf(model.sort) + 1) % SORTS.length;
      return { ...model, sort: SORTS[next] ?? "bytes", scroll: 0 };
    }
    case "r":
      return { ...model, reverse: !model.reverse, scroll: 0 };
    case "p":
    case " ": {
      const paused = !model.paused && model.end === undefined;
      return { ...model, paused, shown: paused ? model.shown : model.latest };
    }
    case "h":
      return { ...model, charts: !model.charts };
    case "?":
      return { ...model, help: !model.help };
    case "escape":
      return { ...model, help: false };
    case "up":
      return scrolled(model, -1, page);
    case "down":
      return scrolled(model, 1, page);
    case "pageup":
      return scrolled(model, -page, page);
    case "pagedown":
      return scrolled(model, page, page);
    case "home":
      return { ...model, scroll: 0 };
    case "end":
      return scrolled(model, Infinity, page);
    default:
      return model;
  }
}

function scrolled(model: Model, rows: number, page: number): Model {
  return { ...model, scroll: firstRow(model, model.scroll + rows, page) };
}

/** The first row of the table that may stand at its top: never so far that the page is not full. */
export function firstRow({ shown }: Model, wanted: number, page: number): number {
  const rows = shown?.changes.rows.length ?? 0;
  return Math.max(0, Math.min(wanted, rows - page));
}
