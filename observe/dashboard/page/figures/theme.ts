/**
 * Colours for what is drawn on a canvas: the style sheet's, looked up once for each theme.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";

/** Names of colours in the style sheet. */
export type Colour =
  | "ink"
  | "muted"
  | "grid"
  | "kernel"
  | "server"
  | "estimate"
  | "second"
  | "heat"
  | "panel";

/** Counts changes of the theme. */
export const themeChanged: Signal<number> = signal(0);

const known = new Map<Colour, string>();

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  known.clear();
  themeChanged.value++;
});

/** A colour of the theme that is in use. */
export function colour(name: Colour): string {
  let value = known.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    known.set(name, value);
  }
  return value;
}

/** The font of everything on a canvas. */
export const CANVAS_FONT = "11px system-ui, sans-serif";
