/**
 * The terminal: the only file here that touches stdin, stdout and signals.
 *
 * ```text
 *   usual ── raise ──► raised: raw mode, alternate screen, bracketed paste, no automatic wrapping
 *     ▲                  │
 *     └──── lower ───────┘   quit, crash, SIGTERM, SIGHUP, SIGINT; Ctrl+z until SIGCONT
 * ```
 *
 * Whatever ends the process in an orderly or disorderly way finds the terminal as it was: lowering
 * is one function, may be called any number of times, and is hooked to every way out that a process
 * can see.
 *
 * @module
 */

import { stopJob } from "./job.ts";
import { decode, ended, type Key, NOTHING_PENDING, type Pending, waited } from "./keys.ts";
import { COLUMNS_MIN, ESCAPE_MS_MAX, ROWS_MIN } from "./limits.ts";
import type { Size } from "./model.ts";
import type { Palette } from "./style.ts";

/** What a terminal reports. */
export type TerminalEvent =
  | { readonly kind: "key"; readonly key: Key }
  | { readonly kind: "resize"; readonly size: Size }
  /** What the screen shows is not known any more: draw all of it. */
  | { readonly kind: "resumed"; readonly size: Size }
  | { readonly kind: "signal"; readonly signal: string };

/** A terminal in the hands of the client. Disposing it gives it back as it was. */
export interface Terminal extends Disposable {
  readonly size: Size;
  readonly palette: Palette;
  /** Writes, and resolves when the terminal has taken it. */
  write(text: string): Promise<void>;
  /**
   * Stops the process, as Ctrl+z does elsewhere; `resumed` tells that it goes on.
   *
   * @returns Whether that is possible here.
   */
  suspend(): Promise<boolean>;
}

/** Opens a terminal that reports to `listen`. */
export type OpenTerminal = (listen: (event: TerminalEvent) => void) => Terminal;

const RAISE = "\x1b[?1049h\x1b[?2004h\x1b[?7l\x1b[2J";
const LOWER = "\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?2004l\x1b[?25h\x1b[?1049l";

/** Signals that end the client. SIGINT comes from outside: in raw mode Ctrl+c is a key. */
const LAST_SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

/** Opens the terminal of this process. */
export function openTerminal(listen: (event: TerminalEvent) => void): Terminal {
  return new ProcessTerminal(listen);
}

class ProcessTerminal implements Terminal {
  readonly palette: Palette = paletteOf();
  readonly #listen: (event: TerminalEvent) => void;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> = Deno.stdin.readable.getReader();
  readonly #undo = new DisposableStack();
  #raised = false;
  #pending: Pending = NOTHING_PENDING;
  #escapeTimer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(listen: (event: TerminalEvent) => void) {
    this.#listen = listen;
    const lower = () => this.#lower();
    for (const way of ["error", "unhandledrejection", "unload"]) {
      globalThis.addEventListener(way, lower);
      this.#undo.defer(() => globalThis.removeEventListener(way, lower));
    }
    for (const signal of LAST_SIGNALS) {
      this.#onSignal(signal, () => {
        this.#lower();
        listen({ kind: "signal", signal });
      });
    }
    this.#onSignal("SIGWINCH", () => listen({ kind: "resize", size: this.size }));
    this.#onSignal("SIGCONT", () => this.#resume());
    this.#raise();
    this.#read();
  }

  get size(): Size {
    const { columns, rows } = consoleSize();
    // A terminal that does not know its size says 0; drawing for the least is better than nothing.
    return { columns: columns || COLUMNS_MIN, rows: rows || ROWS_MIN };
  }

  async write(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    try {
      // Not one byte after the terminal was given back: it would land on the shell's screen.
      for (let sent = 0; sent < bytes.length && this.#raised;) {
        sent += await Deno.stdout.write(bytes.subarray(sent));
      }
    } catch (error) {
      // Its end is reported by the input and by SIGHUP.
      if (!isGone(error)) throw error;
    }
  }

  async suspend(): Promise<boolean> {
    this.#lower();
    const possible = await stopJob();
    // After a real stop, SIGCONT has resumed already, or is about to; once more does no harm.
    if (!this.#closed) this.#resume();
    return possible;
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lower();
    clearTimeout(this.#escapeTimer);
    this.#undo.dispose();
    // Ends the read that waits for a key; otherwise it would keep the process alive.
    this.#reader.cancel().catch(() => {/* the input was gone before */});
  }

  #onSignal(signal: Deno.Signal, act: () => void): void {
    Deno.addSignalListener(signal, act);
    this.#undo.defer(() => Deno.removeSignalListener(signal, act));
  }

  #raise(): void {
    Deno.stdin.setRaw(true);
    this.#raised = true;
    writeNow(RAISE);
  }

  #lower(): void {
    if (!this.#raised) return;
    this.#raised = false;
    writeNow(LOWER);
    try {
      Deno.stdin.setRaw(false);
    } catch (error) {
      // After a hangup there is no terminal left to restore.
      if (!isGone(error)) throw error;
    }
  }

  #resume(): void {
    // Also when it was raised: whoever stopped the process may have left the terminal in any mode.
    this.#lower();
    try {
      this.#raise();
    } catch (error) {
      if (!isGone(error)) throw error;
      // A hangup wakes the process as well.
      return this.#listen({ kind: "signal", signal: "SIGHUP" });
    }
    this.#listen({ kind: "resumed", size: this.size });
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        this.#take(decode(this.#pending, value));
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    this.#take(ended(this.#pending));
  }

  #take({ keys, pending }: { readonly keys: readonly Key[]; readonly pending: Pending }): void {
    this.#pending = pending;
    clearTimeout(this.#escapeTimer);
    if (pending.text !== "" && pending.paste === undefined) {
      this.#escapeTimer = setTimeout(() => this.#take(waited(this.#pending)), ESCAPE_MS_MAX);
    }
    for (const key of keys) this.#listen({ kind: "key", key });
  }
}

function paletteOf(): Palette {
  if (Deno.env.get("TERM") === "dumb") return "none";
  return Deno.noColor ? "monochrome" : "colour";
}

/** The terminal's size; nothing of one that is gone. */
function consoleSize(): Size {
  try {
    return Deno.consoleSize();
  } catch {
    // It has no other way to fail, and no code to know this one by.
    return { columns: 0, rows: 0 };
  }
}

/** Writes at once, for moments after which there may be no other. */
function writeNow(text: string): void {
  try {
    const bytes = new TextEncoder().encode(text);
    for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Whether the terminal was closed while this process still had it. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.BadResource ||
    // EIO and ENXIO; which part of the runtime says so decides how.
    (error instanceof Error && /\bos error [56]\b|^E(IO|NXIO)\b/.test(error.message));
}
