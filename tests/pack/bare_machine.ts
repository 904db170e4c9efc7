/**
 * A machine for the packed program: an empty folder, an empty cache, and nothing of a developer's machine around it.
 *
 * @module
 */

import { assertEquals } from "../assert.ts";
import { linesOf } from "../lines.ts";
import { within } from "../within.ts";

/** How a program ended, and what it said. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A machine that has nothing but Deno and the one file. */
export class BareMachine implements AsyncDisposable {
  /** Where the program was packed to, and where it runs. */
  readonly folder: string;
  readonly #running: { child: Deno.ChildProcess; errors: Promise<string> }[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<BareMachine> {
    const machine = new BareMachine(await Deno.makeTempDir());
    const { folder } = machine;
    for (const part of ["bin", "home", "empty"]) await Deno.mkdir(`${folder}/${part}`);
    await Deno.symlink(Deno.execPath(), `${folder}/bin/deno`);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "pack", `${folder}/dist`],
      cwd: new URL("../..", import.meta.url),
      stdout: "null",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return machine;
  }

  command(
    path: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Deno.Command {
    const { folder } = this;
    return new Deno.Command(path, {
      args: [...args],
      cwd: `${folder}/empty`,
      clearEnv: true,
      env: {
        PATH: `${folder}/bin:/usr/bin:/bin`,
        HOME: `${folder}/home`,
        DENO_DIR: `${folder}/cache`,
        // Whoever asks it for something fails.
        NPM_CONFIG_REGISTRY: "http://127.0.0.1:1/",
        NO_COLOR: "1",
        ...env,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** Runs `chat ARGS` to its end. */
  async chat(args: readonly string[], input = ""): Promise<Ran> {
    return await this.run(`${this.folder}/dist/chat.js`, args, input);
  }

  async run(path: string, args: readonly string[], input = ""): Promise<Ran> {
    const child = this.command(path, args).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await writer.close().catch(() => {});
    const { code, stdout, stderr } = await within(
      child.output(),
      `${path} ${args.join(" ")}`,
      30_000,
    );
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, out: text(stdout), err: text(stderr) };
  }

  /** Starts `chat ARGS`, and waits for its first line. @returns The line, and how to end it. */
  async start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly line: string; end(): Promise<{ code: number; err: string }> }> {
    const child = this.command(`${this.folder}/dist/chat.js`, args, env).spawn();
    await child.stdin.close();
    const errors = new Response(child.stderr).text();
    this.#running.push({ child, errors });
    const lines = linesOf(child.stdout);
    const { value: line } = await within(lines.next(), `a line of chat ${args[0]}`, 30_000);
    if (line === undefined) throw new Error(`chat ${args[0]} ended: ${await errors}`);
    return {
      line,
      async end() {
        child.kill("SIGTERM");
        await lines.return();
        return { code: (await within(child.status, "its end")).code, err: await errors };
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, errors } of this.#running) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await child.status;
      await errors;
    }
    await Deno.remove(this.folder, { recursive: true });
  }
}
