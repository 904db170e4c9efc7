/**
 * A live view without observer and terminal: events go into the model, and the test looks at the screen.
 *
 * @module
 */

import type { Snapshot, Start } from "../../../observe/mod.ts";
import { begin, type Event, type Model, update } from "../../../cli/observe/model.ts";
import { draw, pageRows } from "../../../cli/observe/screen.ts";
import type { Size } from "../../../cli/tty/model.ts";
import { plain } from "../../../cli/tty/style.ts";
import { made, snapshot } from "./made.ts";

/** A view that is played with. */
export interface Play {
  readonly model: Model;
  event(...events: readonly Event[]): void;
  /** Snapshots into the model. */
  see(...snapshots: readonly Snapshot[]): void;
  /** Presses keys. */
  keys(...names: readonly string[]): void;
  /** The screen as text, without spaces at the ends of rows. */
  screen(): string[];
}

/** Begins a play. */
export function play(
  size: Size = { columns: 80, rows: 24 },
  start: Start = made(),
  cpuMs?: number,
): Play {
  let model = begin({ size, start, sort: "bytes", cpuMs });
  const event = (...events: readonly Event[]) => {
    for (const next of events) model = update(model, next, pageRows(model));
  };
  return {
    get model() {
      return model;
    },
    event,
    see: (...all) => event(...all.map((snapshot) => ({ kind: "snapshot", snapshot }) as const)),
    keys: (...names) => event(...names.map((name) => ({ kind: "key", name }) as const)),
    screen: () => draw(model).rows.map((row) => plain(row).trimEnd()),
  };
}

/** A play in which three seconds were seen. */
export function seen(size?: Size): Play {
  const game = play(size);
  game.see(snapshot(1), snapshot(2), snapshot(3));
  return game;
}
