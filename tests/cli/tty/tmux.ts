/**
 * A real terminal for tests: a shell in tmux, whose screen can be read.
 *
 * Each terminal has a tmux server of its own, which ends with it. Waiting means looking at the
 * screen again and again until it is as expected, or until a deadline, and then the failure shows
 * the screen.
 *
 * @module
 */

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds until a screen must be as expected: a busy machine may take some to start. */
const DEADLINE_MS = 30_000;
/** Milliseconds between two looks. */
const LOOK_MS = 40;

let count = 0;

/** Whether tmux is here. */
async function hasTmux(): Promise<boolean> {
  try {
    return (await new Deno.Command("tmux", { args: ["-V"] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const here = await hasTmux();

/** A test that needs tmux; where there is none, its name says that it was left out. */
export function terminalTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: here ? name : `${name} (left out: tmux is not here)`, ignore: !here, fn });
}

/** A shell in a terminal. */
export class Tmux implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Opens a terminal of that size, with a shell that waits at a `$`. */
  static async open(columns: number, rows: number): Promise<Tmux> {
    const tmux = new Tmux(`chat-test-${Deno.pid}-${count++}`);
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    const shell = "env -u ENV -u NO_COLOR LC_ALL=C.UTF-8 PS1='$ ' sh -i";
    await tmux.#run("-f", "/dev/null", "new-session", "-d", ...size, shell);
    await tmux.until((screen) => screen[0] === "$");
    return tmux;
  }

  /** Types text as it is. */
  async type(text: string): Promise<void> {
    await this.#run("send-keys", "-l", "--", text);
  }

  /** Presses keys by tmux's names, as in `C-c`, `M-Enter`, `PPage`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#run("send-keys", ...keys);
  }

  /** Types a line for the shell. */
  async enter(line: string): Promise<void> {
    await this.type(line);
    await this.press("Enter");
  }

  /** Pastes text as a terminal does, with the marks of bracketed paste where they are on. */
  async paste(text: string): Promise<void> {
    await this.#run("set-buffer", "--", text);
    await this.#run("paste-buffer", "-p");
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#run("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** The screen, row by row, with times of day as `hh:mm`. */
  async screen(): Promise<string[]> {
    const text = await this.#run("capture-pane", "-p");
    const rows = text.split("\n").map((row) => row.trimEnd().replace(/^\d\d:\d\d /, "hh:mm "));
    return rows.slice(0, -1);
  }

  /** The screen with the sequences that style it. */
  styled(): Promise<string> {
    return this.#run("capture-pane", "-p", "-e");
  }

  /** Waits until the screen is as expected. @returns That screen. */
  async until(expected: (screen: string[]) => boolean): Promise<string[]> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const screen = await this.screen();
      if (expected(screen)) return screen;
      if (performance.now() > deadline) {
        assert.fail(`not as expected (${expected}):\n${screen.join("\n")}`);
      }
      await pause(LOOK_MS);
    }
  }

  /** Waits until some row matches. */
  untilRow(pattern: RegExp): Promise<string[]> {
    return this.until((screen) => screen.some((row) => pattern.test(row)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run("kill-server");
  }

  async #run(...args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-u", "-L", this.#socket, ...args],
      env: { LC_ALL: "C.UTF-8", TMUX: "" },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.ok(success, `tmux ${args.join(" ")}: ${text(stderr)}`);
    return text(stdout);
  }
}
