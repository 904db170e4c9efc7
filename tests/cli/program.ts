/**
 * Runs the real program, as a user does: arguments, environment and input in; output and exit code out.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { within } from "../harness.ts";
import { linesOf } from "../lines.ts";

const root = new URL("../..", import.meta.url).pathname;

/** What a run of the program gave. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How to run it. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What stands on standard input; without it, standard input is empty. */
  readonly input?: string | Uint8Array;
  /** A redirection of the shell's, such as `>/dev/full`. */
  readonly redirect?: string;
}

/** The program with its arguments, as `deno task chat` starts it, not yet running. */
export function command(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  redirect?: string,
): Deno.Command {
  // Exactly as `deno task chat` starts it: with its permissions, not with all.
  const words = ["run", "--quiet", ...manifest.tasks.chat.split(" ").slice(2), ...args];
  const script = `exec "$0" "$@" ${redirect}`;
  return new Deno.Command(redirect === undefined ? Deno.execPath() : "sh", {
    args: redirect === undefined ? words : ["-c", script, Deno.execPath(), ...words],
    cwd: root,
    // A config file of whoever runs the tests must not change them, and tests must not write where
    // its owner keeps messages.
    env: {
      CHAT_CONFIG: "/nonexistent/config.json",
      CHAT_DURABILITY: "none",
      // Nor are they to find the tokens of whoever runs them, or to keep any.
      XDG_STATE_HOME: "/dev/null",
      NO_COLOR: "1",
      ...env,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs `chat ARGS` to its end. */
export async function chat(
  args: readonly string[],
  { env = {}, input = "", redirect }: RunOptions = {},
): Promise<Ran> {
  const child = command(args, env, redirect).spawn();
  const writer = child.stdin.getWriter();
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  await writer.write(bytes).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await within(child.output(), `chat ${args.join(" ")}`, 30_000);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** A program that is still running. */
export interface Running extends AsyncDisposable {
  readonly child: Deno.ChildProcess;
  /** The next line of standard output; `undefined` when it has ended. */
  line(): Promise<string | undefined>;
  /** Writes to standard input. */
  write(text: string): Promise<void>;
  /** Ends standard input. */
  closeInput(): Promise<void>;
}

/** Starts `chat ARGS` and leaves it running. */
export function startChat(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = command(args, env).spawn();
  const lines = linesOf(child.stdout);
  const writer = child.stdin.getWriter();
  const draining = child.stderr.pipeTo(new WritableStream());
  return {
    child,
    line: async () => (await within(lines.next(), `a line of chat ${args[0]}`)).value ?? undefined,
    write: (text) => writer.write(new TextEncoder().encode(text)),
    closeInput: () => writer.close(),
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await child.status;
      await writer.close().catch(() => {});
      await draining;
      await lines.return();
    },
  };
}
