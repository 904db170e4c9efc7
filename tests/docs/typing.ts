/**
 * Documents as somebody reads them who types what stands there: their sections, the texts between fences, and a shell in which command lines
 * are typed and what they print is held against what stands below them.
 *
 * In what is printed, `…` stands for what differs each time, and a row of nothing else for any rows. Where a command line has `…`, too, it
 * means what was printed in that place: `HOOK=http://localhost:9090/hooks/…` is what came as `/hooks/…`.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { linesOf } from "../lines.ts";
import { within } from "../within.ts";

/** A text between fences. */
export interface Fenced {
  /** The section in which it stands. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

/** A command line, and what it prints. */
export interface Line {
  readonly command: string;
  readonly printed: readonly string[];
}

/** What is typed instead of what stands in a document. */
export type Place = readonly [from: string, to: string];

/** How long one command may take, on a busy machine. */
const COMMAND_MS = 60_000;
/** No program prints this. */
const MARK = "\x01";

/** All texts between fences, in their order. */
export function fencedIn(markdown: string): readonly Fenced[] {
  const found: Fenced[] = [];
  let section = "";
  for (
    const [, heading, language = "", text = ""] of markdown.matchAll(
      /^#{2,} (.*)$|^```([\w-]*)\n([\s\S]*?)^```$/gm,
    )
  ) {
    if (heading !== undefined) section = heading;
    else found.push({ section, language, text });
  }
  return found;
}

/** The command lines of a text; `> ` goes on with one. */
export function linesIn(text: string): readonly Line[] {
  return text.split(/^\$ /m).slice(1).map((part) => {
    const [first = "", ...rows] = part.trimEnd().split("\n");
    const wrapped = rows.findIndex((row) => !row.startsWith("> "));
    const more = rows.slice(0, wrapped < 0 ? rows.length : wrapped).map((row) => row.slice(2));
    return { command: [first, ...more].join("\n"), printed: rows.slice(more.length) };
  });
}

/** Whether what was printed is what stands in a document. */
export function isPrinted(printed: readonly string[], got: readonly string[]): boolean {
  const pattern = printed.map((row) => row === "…" ? "(?:.*\n)*?" : `${patternOf(row)}\n`);
  return new RegExp(`^${pattern.join("")}$`).test(got.map((row) => `${row}\n`).join(""));
}

/** A shell with a home of its own, which ends with all that it started. */
export class Shell implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncGenerator<string, void, void>;
  readonly #places: readonly Place[];
  readonly #printed = new Map<string, string>();

  /**
   * @param places What is typed instead, in this order, such as ports that are free.
   */
  constructor(
    home: string,
    env: Readonly<Record<string, string>>,
    places: readonly Place[],
  ) {
    this.#places = places;
    // A session of its own: what it started can be ended by one signal to all.
    this.#child = new Deno.Command("setsid", {
      args: ["bash", "--norc", "--noprofile"],
      cwd: home,
      clearEnv: true,
      env: { HOME: home, LANG: "C.UTF-8", NO_COLOR: "1", ...env },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = linesOf(this.#child.stdout);
    // Whatever is started holds this pipe open until it has ended.
    this.#write("exec 3>&1 2>&1\n");
  }

  /** A text of the document as it is typed here. */
  here(text: string): string {
    return this.#places.reduce((text, [from, to]) => text.replaceAll(from, to), text);
  }

  /** Types one command line as it is. @returns What it printed. */
  async type(command: string): Promise<readonly string[]> {
    const [, line = command, behind = ""] = /^(.*)&( *#.*)?$/.exec(command) ?? [];
    const apart = line === command ? command : `${line} </dev/null >>apart.log 2>&1 & ${behind}`;
    this.#write(`{ ${this.#remembered(apart)}\n} </dev/null\nprintf '\\n${MARK}%s\\n' $?\n`);
    const printed: string[] = [];
    for (;;) {
      const next = await within(this.#lines.next(), `'${command}' in a shell`, COMMAND_MS);
      assert(!next.done, `The shell ended at '${command}'`);
      if (next.value.startsWith(MARK)) break;
      printed.push(next.value);
    }
    // The mark stands in a row of its own, whether or not the last one had an end.
    assertEquals(printed.pop(), "");
    return printed.at(-1) === "" ? printed.slice(0, -1) : printed;
  }

  /**
   * Types what stands in a text, and holds what is printed against it.
   *
   * @param ready Waited for when something was started that runs on (`&`).
   */
  async typeAll(text: string, ready?: () => Promise<void>): Promise<void> {
    for (const { command, printed } of linesIn(this.here(text))) {
      const got = await this.type(command);
      assert(
        this.#fits(printed, got),
        `$ ${command}\n${got.join("\n")}\n\nand not\n${printed.join("\n")}`,
      );
      if (command.endsWith("&")) await ready?.();
    }
  }

  /** Whether what was printed is what stands there; what stands for `…` is remembered. */
  #fits(printed: readonly string[], got: readonly string[]): boolean {
    if (!isPrinted(printed, got)) return false;
    for (const [index, row] of printed.entries()) {
      if (row.endsWith("…")) this.#printed.set(row, got[index] ?? "");
    }
    return true;
  }

  #remembered(command: string): string {
    return [...this.#printed].reduce((text, [from, to]) => text.replaceAll(from, to), command);
  }

  #write(text: string): void {
    // A shell that has ended is seen by what is read from it.
    this.#writer.write(new TextEncoder().encode(text)).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#write("trap '' TERM; kill -TERM 0\n");
    await this.#writer.close().catch(() => {});
    const ended = (async () => {
      while (!(await this.#lines.next()).done);
    })();
    await within(ended, "the end of all that was started", COMMAND_MS);
    await this.#child.status;
  }
}

function patternOf(row: string): string {
  return row.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
}
