/**
 * A server as a process of its own, as people start it.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { RawClient, within } from "../harness.ts";
import { testedTransport } from "../transport.ts";

const MAIN = new URL("../../cli/main.ts", import.meta.url).pathname;
/** As `deno task chat` starts it: with its permissions, not with all. */
const FLAGS = manifest.tasks.chat.split(" ").slice(1, -1);
/** Starting a process compiles and checks nothing, but a busy machine takes its time. */
const START_MS = 30_000;

/** The command line that serves, without what a test adds. */
export function serveArgs(...more: readonly string[]): string[] {
  return [Deno.execPath(), ...FLAGS, MAIN, "serve", ...more];
}

function command(args: readonly string[]): Deno.Command {
  const env: Record<string, string> = { ...Deno.env.toObject(), NO_COLOR: "1" };
  for (const name of Object.keys(env)) {
    if (name.startsWith("CHAT_")) Reflect.deleteProperty(env, name);
  }
  // Without --durability, a test must not write where its owner keeps messages.
  env["CHAT_DURABILITY"] = "none";
  env["CHAT_TRANSPORT"] = testedTransport();
  const [program = "", ...rest] = args;
  return new Deno.Command(program, {
    args: rest,
    env,
    clearEnv: true,
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a program to its end. */
export function run(
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const decoder = new TextDecoder();
  const ended = command(args).output().then(({ code, stdout, stderr }) => ({
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  }));
  return within(ended, "The program's end", START_MS);
}

/** A running server process. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  readonly #child: Deno.ChildProcess;
  readonly #drained: Promise<unknown>;
  #stderr = "";
  #stdout: string;
  #more = Promise.withResolvers<void>();
  #said = Promise.withResolvers<void>();

  /** @param stdout What came behind the first line, and `reader` what follows. */
  private constructor(
    child: Deno.ChildProcess,
    port: number,
    stdout: string,
    reader: ReadableStreamDefaultReader<string>,
  ) {
    this.#child = child;
    this.port = port;
    this.#stdout = stdout;
    const stderr = new WritableStream<string>({ write: (text) => this.#say(text) });
    const told = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(stderr);
    this.#drained = Promise.all([this.#read(reader), told]);
  }

  /** Starts a program whose first line says where it listens. */
  static async start(args: readonly string[]): Promise<ServerProcess> {
    const child = command(args).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let line = "";
    while (!line.includes("\n")) {
      const { value, done } = await within(reader.read(), "The server's first line", START_MS);
      if (done) break;
      line += value;
    }
    const port = Number(line.match(/^listening on 127\.0\.0\.1:(\d+)\n/)?.[1]);
    const server = new ServerProcess(child, port, line.replace(/^.*\n/, ""), reader);
    if (port > 0) return server;
    await server[Symbol.asyncDispose]();
    throw new Error(`The first line is '${line}', and on stderr: ${server.stderr}`);
  }

  /** The next line of stdout behind the first. */
  async line(): Promise<string> {
    while (!this.#stdout.includes("\n")) await this.#more.promise;
    const [line = ""] = this.#stdout.split("\n");
    this.#stdout = this.#stdout.slice(line.length + 1);
    return line;
  }

  /** Waits until it has said something on stderr. @returns What was found there. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    const found = async () => {
      for (;;) {
        const match = pattern.exec(this.#stderr);
        if (match !== null) return match;
        await this.#said.promise;
      }
    };
    return within(found(), `${pattern} on stderr`, START_MS);
  }

  #say(text: string): void {
    this.#stderr += text;
    this.#said.resolve();
    this.#said = Promise.withResolvers<void>();
  }

  /** What it has said on stderr. */
  get stderr(): string {
    return this.#stderr;
  }

  /** A client that speaks frames, logged in. */
  async frames(name: string): Promise<RawClient> {
    const client = await RawClient.connect(this.port);
    await client.send({ type: "Login", username: name });
    await client.next("Welcome");
    return client;
  }

  /** Its number: of the runtime itself, which no other program starts for it. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Sends a signal that does not end it. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Sends a signal, gives the exit code. */
  async end(signal: Deno.Signal, ms: number): Promise<number> {
    this.#child.kill(signal);
    const { code } = await within(this.#child.status, `The end after ${signal}`, ms);
    await this.#drained;
    return code;
  }

  async #read(reader: ReadableStreamDefaultReader<string>): Promise<void> {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.#stdout += value;
      this.#more.resolve();
      this.#more = Promise.withResolvers<void>();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#child.status;
    await this.#drained;
  }
}
