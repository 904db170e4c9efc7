/**
 * A machine that keeps tokens of its own, for tests with real processes.
 *
 * @module
 */

import { chat, type Ran } from "../program.ts";

/** A machine of its own: it keeps tokens where no other does. */
export class Machine implements AsyncDisposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "chat-machine-" });
  readonly server: string;

  constructor(port: number) {
    this.server = `127.0.0.1:${port}`;
  }

  get env(): Record<string, string> {
    return { CHAT_SERVER: this.server, XDG_STATE_HOME: this.path, USER: "root" };
  }

  run(args: readonly string[], env: Record<string, string> = {}, input = ""): Promise<Ran> {
    return chat(args, { env: { ...this.env, ...env }, input });
  }

  /** Every file, with its text. */
  *files(path: string = this.path): Generator<{ readonly path: string; readonly text: string }> {
    for (const entry of Deno.readDirSync(path)) {
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory) yield* this.files(below);
      else yield { path: below, text: Deno.readTextFileSync(below) };
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Deno.remove(this.path, { recursive: true });
  }
}

/** What the files of a directory hold, each byte as one character. */
export function bytesBelow(path: string): string[] {
  return [...Deno.readDirSync(path)].filter(({ isFile }) => isFile)
    .map(({ name }) => new TextDecoder("latin1").decode(Deno.readFileSync(`${path}/${name}`)));
}
