/**
 * How transfers stand, told to pages: what has changed since it was told last, at once when something happens, and now and then while
 * something moves.
 *
 * @module
 */

import type { TransferView } from "../../../server/wire/transfers/mod.ts";
import { FILE_TOLD_MS } from "../limits.ts";
import type { FileState } from "../page_messages.ts";
import { fileStateOf, sameState } from "./file_state.ts";

/** What it needs. */
export interface ToldFilesOptions {
  /** All transfers that are remembered. */
  readonly list: () => readonly TransferView[];
  /** The reader. */
  readonly me: () => string;
  /** A file stands differently from now on. */
  readonly changed: (file: FileState) => void;
}

/** What pages were told of files. */
export class ToldFiles {
  readonly #options: ToldFilesOptions;
  /** As they were told last, those that are remembered. */
  readonly #told = new Map<number, FileState>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: ToldFilesOptions) {
    this.#options = options;
  }

  /** How all files stand that are remembered. */
  get all(): readonly FileState[] {
    return [...this.#told.values()];
  }

  /** Tells what has changed, now and for as long as something moves. */
  show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closed) return;
    const views = this.#options.list();
    const now = performance.now();
    // What goes on for somebody comes before the end of the offer that it was: the page keeps its file for that long.
    const isOver = ({ phase }: TransferView) => phase === "ended";
    for (const view of [...views.filter((view) => !isOver(view)), ...views.filter(isOver)]) {
      const before = this.#told.get(view.n);
      const state = fileStateOf(view, {
        now,
        at: before?.at ?? Date.now(),
        me: this.#options.me(),
      });
      if (before !== undefined && sameState(before, state)) continue;
      this.#told.set(view.n, state);
      this.#options.changed(state);
    }
    const known = new Set(views.map(({ n }) => n));
    for (const n of this.#told.keys()) if (!known.has(n)) this.#told.delete(n);
    const moves = views.some(({ phase }) => phase !== "ended" && phase !== "offered");
    if (moves) this.#timer = setTimeout(() => this.show(), FILE_TOLD_MS);
  }

  /** Tells nothing more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
