/**
 * The live table of `chat top` on a terminal. One frame at a time: what comes while the terminal takes one is in the next.
 *
 * @module
 */

import { paint, type Painted } from "../tty/paint.ts";
import { openTerminal, type Terminal, type TerminalEvent } from "../tty/terminal.ts";
import type { Top } from "./rows.ts";
import { TOP_SORTS, type TopSort } from "./sorts.ts";
import { topScreen, type TopView } from "./text.ts";

/** A table on the terminal of this process, until it is disposed. */
export class TopScreen implements AsyncDisposable {
  readonly #leave: () => void;
  readonly #terminal: Terminal;
  #sort: TopSort;
  #size: Terminal["size"];
  #shown: { readonly top: Top | undefined; readonly view: TopView };
  #painted: Painted | undefined;
  #writing: Promise<void> | undefined;
  #changed = false;
  #closed = false;

  /** @param leave Is called when its viewer has seen enough. */
  constructor(sort: TopSort, leave: () => void) {
    this.#leave = leave;
    this.#sort = sort;
    this.#terminal = openTerminal((event) => this.#on(event));
    this.#size = this.#terminal.size;
    this.#shown = { top: undefined, view: { where: "", sort, most: this.#size.rows } };
    this.#frame();
  }

  /** By what it is sorted now. */
  get sort(): TopSort {
    return this.#sort;
  }

  /** Shows a look. */
  show(top: Top, view: TopView): void {
    this.#shown = { top, view };
    this.#frame();
  }

  /** Waits for the frame that is under way, and gives the terminal back. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing?.catch(() => {});
    this.#terminal[Symbol.dispose]();
  }

  #on(event: TerminalEvent): void {
    switch (event.kind) {
      case "key":
        return this.#onKey(event.key.kind === "key" ? event.key.name : "", event);
      case "resumed":
      case "resize":
        this.#size = event.size;
        if (event.kind === "resumed") this.#painted = undefined;
        return this.#frame();
      case "signal":
        return this.#leave();
      default:
        event satisfies never;
    }
  }

  #onKey(name: string, { key }: Extract<TerminalEvent, { kind: "key" }>): void {
    const words = key.kind === "text" ? [...key.text] : [name];
    for (const word of words) {
      if (word === "q" || word === "ctrl+c") this.#leave();
      if (word !== "s") continue;
      const next = (TOP_SORTS.indexOf(this.#sort) + 1) % TOP_SORTS.length;
      this.#sort = TOP_SORTS[next] ?? "bytes";
      this.#shown = { ...this.#shown, view: { ...this.#shown.view, sort: this.#sort } };
    }
    if (key.kind === "end") this.#leave();
    this.#frame();
  }

  #frame(): void {
    if (this.#closed) return;
    if (this.#writing !== undefined) {
      this.#changed = true;
      return;
    }
    this.#changed = false;
    const { top, view } = this.#shown;
    // Users take what the rooms leave, but half of the screen at least.
    const most = Math.max(1, Math.min(view.most, Math.floor((this.#size.rows - 6) / 2)));
    const screen = topScreen(top, { ...view, most }, this.#size);
    const { bytes, painted } = paint(this.#painted, screen, {
      size: this.#size,
      palette: this.#terminal.palette,
    });
    this.#painted = painted;
    if (bytes === "") return;
    this.#writing = this.#terminal.write(bytes).finally(() => {
      this.#writing = undefined;
      if (this.#changed) this.#frame();
    });
    // Who has no terminal any more has left.
    this.#writing.catch(() => this.#leave());
  }
}
