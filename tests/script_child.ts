/**
 * A script beside a test as a process of its own, which is told and tells in lines.
 *
 * @module
 */

import { linesOf } from "./lines.ts";
import { within } from "./within.ts";

/** A running script, with all permissions and unchecked: it is a part of its test. */
export class ScriptChild implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: AsyncGenerator<string, void, void>;
  readonly #errors: Promise<string>;

  /** @param path The script's file. @param options Its arguments, and what its environment has beside the test's own. */
  constructor(
    path: string,
    { args = [], env = {} }: {
      readonly args?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
    } = {},
  ) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--allow-all", path, ...args],
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = linesOf(this.#child.stdout);
    this.#errors = new Response(this.#child.stderr).text();
  }

  /** Its process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Tells it something. */
  write(text: string): Promise<void> {
    return this.#input.write(new TextEncoder().encode(text));
  }

  /** Tells it that nothing more comes; also when it has ended. */
  async closeInput(): Promise<void> {
    await this.#input.close().catch(() => {});
  }

  /** The next line that it says. @throws When it has ended, with what it said of that, or says nothing. */
  async line(): Promise<string> {
    const { value } = await within(this.#lines.next(), "What the script says next");
    if (value === undefined) throw new Error(`The script has ended: ${await this.#errors}`);
    return value;
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for its end. @returns Its exit code. */
  async ended(): Promise<number> {
    return (await within(this.#child.status, "The script's end")).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeInput();
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#lines.return();
    await this.#errors;
  }
}
