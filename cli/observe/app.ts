/**
 * The loop that joins observer, terminal and model of the live view. It decides nothing: observations and keys go
 * into the model, and the screen follows.
 *
 * One frame at a time: while the terminal has not taken the last one, no other is drawn, and what happens meanwhile is
 * in the next. The observer is read on all the same.
 *
 * @module
 */

import type { End, Observation, Observer } from "../../observe/mod.ts";
import type { Facts } from "../../verdict/mod.ts";
import type { Key } from "../tty/keys.ts";
import { paint, type Painted } from "../tty/paint.ts";
import {
  type OpenTerminal,
  openTerminal,
  type Terminal,
  type TerminalEvent,
} from "../tty/terminal.ts";
import { begin, type Event, type Model, update } from "./model.ts";
import { draw, pageRows } from "./screen.ts";
import type { Sort } from "./values.ts";

/** What a view is made of. */
export interface LiveOptions {
  readonly observer: Observer;
  readonly sort: Sort;
  /** The end of a replay stays on the screen until it is left. */
  readonly replayed: boolean;
  /** Milliseconds of CPU that this process has taken; absent when it does not observe itself. */
  readonly cpuMs?: (() => number) | undefined;
  /** What a chat server that is watched tells of itself. */
  readonly server?: (() => Facts | undefined) | undefined;
  /** Ends the observation; the observer tells its end then. */
  readonly stop: () => void;
  /** Default: the terminal of this process. */
  readonly openTerminal?: OpenTerminal;
}

/**
 * Shows an observation until it is over or its viewer leaves. The terminal is as it was before then.
 *
 * @returns The observation's end, if it was seen.
 */
export async function runLive(options: LiveOptions): Promise<End | undefined> {
  const { observer, replayed, cpuMs, server } = options;
  const view = new LiveView(cpuMs, server);
  using terminal = (options.openTerminal ?? openTerminal)((event) => view.onTerminal(event));
  view.begin(
    terminal,
    begin({
      size: terminal.size,
      start: observer.start,
      sort: options.sort,
      cpuMs: cpuMs?.(),
    }),
  );
  view.left.then(options.stop, options.stop);
  let end: End | undefined;
  try {
    for await (const batch of observer.batches()) {
      for (const observation of batch) {
        if (observation.kind === "end") end = observation;
        view.onObservation(observation);
      }
    }
    if (replayed) await view.left;
    return end;
  } finally {
    await view.stop();
  }
}

class LiveView {
  readonly #left = Promise.withResolvers<void>();
  #terminal: Terminal | undefined;
  #model: Model | undefined;
  #painted: Painted | undefined;
  /** The frame that the terminal is taking. */
  #writing: Promise<void> | undefined;
  #changed = false;
  readonly #cpuMs: (() => number) | undefined;
  readonly #server: LiveOptions["server"];

  constructor(cpuMs: (() => number) | undefined, server: LiveOptions["server"]) {
    this.#cpuMs = cpuMs;
    this.#server = server;
  }

  /** Settles when the viewer leaves; fails when the terminal does. */
  get left(): Promise<void> {
    return this.#left.promise;
  }

  begin(terminal: Terminal, model: Model): void {
    this.#terminal = terminal;
    this.#model = model;
    this.#frame();
  }

  onObservation(observation: Observation): void {
    if (observation.kind === "snapshot") {
      this.#dispatch({
        kind: "snapshot",
        snapshot: observation,
        cpuMs: this.#cpuMs?.(),
        server: this.#server?.(),
      });
    } else if (observation.kind === "end") this.#dispatch({ kind: "end", end: observation });
  }

  onTerminal(event: TerminalEvent): void {
    switch (event.kind) {
      case "key":
        for (const name of names(event.key)) this.#dispatch({ kind: "key", name });
        if (event.key.kind === "end") this.#dispatch({ kind: "leave" });
        return;
      case "resumed":
        this.#painted = undefined;
        return this.#dispatch({ kind: "resize", size: event.size });
      case "resize":
        return this.#dispatch(event);
      case "signal":
        return this.#dispatch({ kind: "leave" });
      default:
        event satisfies never;
    }
  }

  /** Draws no more, and waits for the frame that is under way. */
  async stop(): Promise<void> {
    this.#terminal = undefined;
    await this.#writing;
  }

  #dispatch(event: Event): void {
    if (this.#model === undefined) return;
    this.#model = update(this.#model, event, pageRows(this.#model));
    if (this.#model.left) this.#left.resolve();
    if (this.#writing === undefined) this.#frame();
    else this.#changed = true;
  }

  #frame(): void {
    this.#changed = false;
    if (this.#terminal === undefined || this.#model === undefined) return;
    const { size } = this.#model;
    const { palette } = this.#terminal;
    const { bytes, painted } = paint(this.#painted, draw(this.#model), { size, palette });
    this.#painted = painted;
    if (bytes === "") return;
    this.#writing = this.#terminal.write(bytes).finally(() => {
      this.#writing = undefined;
      if (this.#changed) this.#frame();
    });
    this.#writing.catch((error) => this.#left.reject(error));
  }
}

/** A key as names: typed text is one key per character. */
function names(key: Key): readonly string[] {
  return key.kind === "key" ? [key.name] : key.kind === "text" ? [...key.text] : [];
}
