/**
 * A conversation without server and terminal: events go into the model, and the test looks at what
 * came of them.
 *
 * @module
 */

import type { ClientEvent, HistoryPage, NewMessage, Welcome } from "../../../server/wire/mod.ts";
import {
  currentView,
  type Effect,
  type Event,
  type Model,
  type Size,
  start,
} from "../../../cli/tty/model.ts";
import { items } from "../../../cli/tty/lines.ts";
import { draw } from "../../../cli/tty/screen.ts";
import { plain } from "../../../cli/tty/style.ts";
import { update } from "../../../cli/tty/update.ts";

/** A model that is played with. */
export interface Play {
  readonly model: Model;
  /** The effects of the last call. */
  readonly effects: readonly Effect[];
  /** Events into the model, one after the other, at the play's time. */
  event(...events: readonly Event[]): void;
  client(...events: readonly ClientEvent[]): void;
  /** Presses keys; what stands after `type:` is typed. */
  keys(...names: readonly string[]): void;
  /** A message in a room; its seq is the next one there. */
  message(from: string, content: string, options?: Partial<NewMessage>): void;
  /** Lets time pass. */
  wait(ms: number): void;
  /** The screen as text, without empty rows. */
  screen(): string[];
  /** The rows of the screen, all of them. */
  rows(): string[];
}

/** The time at which plays begin: 12:00 of some day, here. */
export const NOON: number = new Date(2026, 0, 1, 12, 0).getTime();

/** A welcome. */
export function welcome(options: Partial<Welcome> = {}): ClientEvent {
  const welcome: Welcome = {
    type: "Welcome",
    username: "zoe",
    rooms: ["lobby"],
    server: "test",
    protocol: 1,
    durability: "none",
    epoch: "one",
    ...options,
  };
  return { type: "Status", status: { kind: "online", welcome } };
}

/** Begins a play; nothing has happened in it. */
export function play(size: Size = { columns: 60, rows: 10 }): Play {
  let model = start({
    me: "zoe",
    where: "host:1",
    bell: "mention",
    size,
    now: NOON,
    idSecret: "id",
    rooms: [],
  });
  let now = NOON;
  let effects: Effect[] = [];
  const seqs = new Map<string, number>();
  const event = (...events: readonly Event[]) => {
    effects = [];
    for (const next of events) {
      const step = update(model, next, now);
      model = step.model;
      effects.push(...step.effects);
    }
  };
  const rows = () => draw(model).rows.map(plain);
  return {
    get model() {
      return model;
    },
    get effects() {
      return effects;
    },
    event,
    client: (...events) => event(...events.map((event) => ({ kind: "client", event }) as const)),
    keys: (...names) =>
      event(...names.map((name) => {
        const key = name.startsWith("type:")
          ? { kind: "text", text: name.slice("type:".length) } as const
          : { kind: "key", name } as const;
        return { kind: "key", key } as const;
      })),
    message(from, content, options = {}) {
      const room = options.room ?? "lobby";
      const seq = options.seq ?? (seqs.get(room) ?? 0) + 1;
      seqs.set(room, seq);
      const message = {
        type: "NewMessage",
        room,
        from,
        content,
        at: NOON,
        ...options,
        seq,
      } as const;
      event({ kind: "client", event: message });
    },
    wait(ms) {
      now += ms;
      event({ kind: "tick", roundTripMs: undefined });
    },
    screen: () => rows().map((row) => row.trimEnd()).filter((row) => row !== ""),
    rows,
  };
}

/** A play in which one is in the lobby, with its history loaded. */
export function inLobby(size?: Size): Play {
  const game = play(size);
  game.client(welcome());
  const page: HistoryPage = { type: "HistoryPage", room: "lobby", messages: [], more: false };
  game.event(
    { kind: "people", room: "lobby", users: ["anna", "zoe"], show: false },
    { kind: "page", view: "lobby", page, show: false },
  );
  return game;
}

/** The texts in the view on the screen, oldest first. */
export function texts(model: Model): string[] {
  const view = currentView(model);
  const lines = [...items(view.lines), ...view.pending];
  return lines.map((line) => line.text.join("\n"));
}
