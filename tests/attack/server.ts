/**
 * The server that is attacked: the real program as a process of its own, with a data directory on a real disk.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { testedTransport } from "../transport.ts";
import { within } from "../within.ts";
import type { ServerNeeds } from "./attack.ts";
import { tlsArgs } from "./over_tls.ts";
import { END_MS_MAX, LOG_CHARS_MAX, MEMORY_BUDGET, START_MS_MAX } from "./numbers.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
/** As `deno task chat` starts it: with its permissions, not with all. */
const FLAGS: readonly string[] = manifest.tasks.chat.split(" ").slice(1, -1);

/** Lines of a stack trace that are told. */
const TRACE_LINES = 12;
/** A line of a stack trace, or the runtime's own last words. */
const TRACE = /^\s+at .+:\d+:\d+\)?$|^thread '.*' panicked|^error: Uncaught|^#\s*Fatal/gm;

/** The command line of `chat` with its arguments. */
export function chatCommand(...args: readonly string[]): string[] {
  return [Deno.execPath(), ...FLAGS, MAIN, ...args];
}

/** The environment without what would change the program's behaviour. */
export function chatEnvironment(): Record<string, string> {
  const ours = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("CHAT_"));
  return {
    ...Object.fromEntries(ours),
    NO_COLOR: "1",
    CHAT_CONFIG: "/nonexistent/config.json",
    CHAT_TRANSPORT: testedTransport(),
  };
}

/** A running server. */
export class AttackedServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  /** The port of the chat, and that of HTTP. */
  readonly port: number;
  readonly http: number;
  #log = "";
  #ended: Deno.CommandStatus | undefined;

  private constructor(
    child: Deno.ChildProcess,
    lines: AsyncIterator<string>,
    stderr: ServerNeeds["stderr"],
    { port, http }: { readonly port: number; readonly http: number },
  ) {
    this.#child = child;
    this.port = port;
    this.http = http;
    void child.status.then((status) => this.#ended = status);
    this.#reading = Promise.all([drain(lines), this.#listen(stderr)]);
  }

  /** Starts it on a directory and waits until it listens at both doors: new ones, or those of another before it. */
  static async start(
    directory: string,
    { args = [], openFiles, stderr = "read" }: ServerNeeds = {},
    { port: chat, http: web }: Pick<AttackedServer, "port" | "http"> = { port: 0, http: 0 },
  ): Promise<AttackedServer> {
    const doors = ["--port", `${chat}`, "--http", `127.0.0.1:${web}`];
    const memory = ["--memory", `${MEMORY_BUDGET}`];
    const serve = ["serve", ...doors, ...memory, "--data", directory, ...tlsArgs(), ...args];
    const limit = openFiles === undefined ? [] : ["prlimit", `--nofile=${openFiles}`];
    const [program = "", ...rest] = [...limit, ...chatCommand(...serve)];
    const child = new Deno.Command(program, {
      args: rest,
      env: chatEnvironment(),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const lines = linesOf(child.stdout);
    const port = await portOf(lines, /^listening on \S+:(\d+)$/);
    const http = port === undefined ? undefined : await portOf(lines, /^http on \S+:(\d+)$/);
    if (port === undefined || http === undefined) {
      child.kill("SIGKILL");
      const [{ stderr: words }] = await Promise.all([readAll(child.stderr), child.status]);
      await lines.return(undefined);
      throw new Error(`The server does not start: ${words.slice(-2_000)}`);
    }
    return new AttackedServer(child, lines, stderr, { port, http });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Whether it still runs. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** The end of its log. */
  get log(): string {
    return this.#log;
  }

  /** How many lines of its log are of a stack trace. */
  get traces(): number {
    return this.#log.match(TRACE)?.length ?? 0;
  }

  /** The first of these lines, with what stands above them: what one must know to look for the defect. */
  get firstTrace(): string {
    const at = this.#log.search(TRACE);
    if (at < 0) return "";
    const before = this.#log.slice(0, at).split("\n").slice(-3);
    return [...before, ...this.#log.slice(at).split("\n").slice(0, TRACE_LINES)].join("\n").trim();
  }

  /** Sends a signal, if it still runs. */
  signal(name: Deno.Signal): void {
    if (this.alive) this.#child.kill(name);
  }

  /** Asks it to end, or kills it when it does not; gives the exit code. */
  async end(): Promise<number> {
    this.signal("SIGTERM");
    await within(this.#child.status, "The server's end", END_MS_MAX).catch(() => this.kill());
    await this.#reading;
    return (await this.#child.status).code;
  }

  /** Kills it as a power cut would. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#reading;
  }

  async #listen(how: ServerNeeds["stderr"]): Promise<void> {
    if (how === "closed") return await this.#child.stderr.cancel();
    // Nobody reads: the pipe stays open until the process has ended.
    if (how === "unread") await this.#child.status;
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#log = (this.#log + text).slice(-LOG_CHARS_MAX);
    }
  }
}

async function portOf(
  lines: AsyncIterator<string>,
  form: RegExp,
): Promise<number | undefined> {
  const { value, done } = await within(lines.next(), "The server's first lines", START_MS_MAX);
  const port = done ? undefined : form.exec(value)?.[1];
  return port === undefined ? undefined : Number(port);
}

async function drain(lines: AsyncIterator<string>): Promise<void> {
  while (!(await lines.next()).done);
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<{ stderr: string }> {
  return { stderr: await new Response(stream).text() };
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
