/**
 * Somebody at a terminal who types what stands in a document, answers what is asked, and looks whether what is printed stands there, too.
 *
 * @module
 */

import { assert } from "../../assert.ts";
import { isPrinted, linesIn } from "../../docs/typing.ts";
import { Tmux } from "../tty/tmux.ts";

/** As wide as the longest row that is printed. */
const COLUMNS = 200;
const ROWS = 60;
/** Counts the commands, and says how the last one ended. */
const PROMPT = "PS1='$((typed=typed+1)):$? $ '";
const AT_PROMPT = /^(\d+):(\d+) \$$/;

/** A shell in a terminal, and its user. */
export class Typist implements AsyncDisposable {
  readonly #terminal: Tmux;
  #typed = 0;

  private constructor(terminal: Tmux) {
    this.#terminal = terminal;
  }

  static async open(): Promise<Typist> {
    const typist = new Typist(await Tmux.open(COLUMNS, ROWS));
    await typist.#terminal.enter(PROMPT);
    await typist.#ended();
    return typist;
  }

  /** Types one command line, which may go over several rows. @returns What it printed. */
  async type(command: string): Promise<readonly string[]> {
    const before = this.#typed;
    for (const [index, row] of command.split("\n").entries()) {
      if (index > 0) await this.#terminal.until((screen) => lastOf(screen) === ">");
      await this.#terminal.enter(row);
    }
    const { code, screen } = await this.#ended();
    const start = screen.findLastIndex((row) => row.startsWith(`${before}:`));
    const printed = screen.slice(start + command.split("\n").length, -1);
    assert(code === 0, `${code} after $ ${command}\n${screen.join("\n")}`);
    return printed;
  }

  /** Types all that stands in a text. @returns What the last command printed. */
  async typeAll(text: string): Promise<readonly string[]> {
    let got: readonly string[] = [];
    for (const { command, printed } of linesIn(text)) {
      got = await this.type(command);
      assert(
        printed.length === 0 || isPrinted(printed, got),
        `$ ${command}\n${got.join("\n")}\n\nand not\n${printed.join("\n")}`,
      );
    }
    return got;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#terminal[Symbol.asyncDispose]();
  }

  /** Waits for the next prompt; whatever is asked meanwhile is agreed to. */
  async #ended(): Promise<{ readonly code: number; readonly screen: readonly string[] }> {
    for (let agreed = "";;) {
      const screen = await this.#terminal.until((screen) => {
        const row = lastOf(screen);
        return Number(AT_PROMPT.exec(row)?.[1]) > this.#typed ||
          row.endsWith("[y/N]") && screen.join("\n") !== agreed;
      });
      const [, count, code] = AT_PROMPT.exec(lastOf(screen)) ?? [];
      if (count !== undefined) {
        this.#typed = Number(count);
        const end = screen.findLastIndex((row) => row !== "");
        return { code: Number(code), screen: screen.slice(0, end + 1) };
      }
      agreed = screen.join("\n");
      await this.#terminal.enter("y");
    }
  }
}

function lastOf(screen: readonly string[]): string {
  return screen.findLast((row) => row !== "") ?? "";
}
