/**
 * A server, clients in processes of their own, and `chat observe` that follows what they say: for tests from end to end.
 *
 * @module
 */

import { assert, assertEquals } from "../../../assert.ts";
import { within } from "../../../harness.ts";
import { linesOf } from "../../../lines.ts";
import { command, type Running, startChat } from "../../program.ts";

/** What a step's JSON says. */
interface StepJson {
  readonly from: string;
  readonly to: string;
  readonly part: string;
  readonly "took_ns": number;
}

/** What a message's JSON says. */
export interface MessageJson {
  readonly seq: number;
  readonly user: string;
  readonly "total_ns": number;
  readonly worst: string;
  readonly "parts_ns": Readonly<Record<string, number>>;
  readonly steps: readonly StepJson[];
  readonly receivers: readonly {
    readonly user: string;
    readonly "total_ns": number;
    readonly "waits_for": string | null;
    readonly steps: readonly StepJson[];
  }[];
  readonly unknown: readonly { readonly why: string; readonly users: readonly string[] }[];
}

/** A client in a process of its own. */
export interface Other extends AsyncDisposable {
  readonly pid: number;
  /** Says something. @returns When it does so; `said` is when it is acknowledged. */
  say(text: string): Promise<{ readonly said: Promise<void> }>;
  signal(name: Deno.Signal): void;
}

/** A durable server, and what is done beside it. */
export class Stage implements AsyncDisposable {
  readonly #server: Running;
  readonly folder: string;
  readonly port: number;

  private constructor(server: Running, folder: string, port: number) {
    this.#server = server;
    this.folder = folder;
    this.port = port;
  }

  static async begin(): Promise<Stage> {
    const folder = await Deno.makeTempDir({ prefix: "chat-followed-" });
    const server = startChat(["serve", "--port", "0", "--data", folder], {
      CHAT_DURABILITY: "durable",
    });
    const port = Number(/:(\d+)/.exec(await server.line() ?? "")?.[1]);
    assert(port > 0);
    return new Stage(server, folder, port);
  }

  get pid(): number {
    return this.#server.child.pid;
  }

  /** Sends the server a signal. */
  signal(name: Deno.Signal): void {
    this.#server.child.kill(name);
  }

  /** Somebody who is in the lobby. */
  async client(name: string): Promise<Other> {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--no-check", "--allow-net", "--allow-read", "--allow-env"],
        ...[new URL("client_child.ts", import.meta.url).pathname, `${this.port}`, name],
      ],
      env: { DENO_NO_UPDATE_CHECK: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const lines = linesOf(child.stdout);
    assertEquals((await within(lines.next(), `${name} comes in`, 20_000)).value, "ready");
    const input = child.stdin.getWriter();
    return {
      pid: child.pid,
      say: async (text) => {
        await input.write(new TextEncoder().encode(`${text}\n`));
        const next = async (word: string) =>
          assertEquals((await within(lines.next(), `${name}: ${word}`, 20_000)).value, word);
        await next("saying");
        const said = next("said");
        // Whoever does not ask for it need not hear of its failure twice.
        said.catch(() => {});
        return { said };
      },
      signal: (signal) => child.kill(signal),
      async [Symbol.asyncDispose]() {
        await input.close().catch(() => {});
        child.kill("SIGKILL");
        await child.status;
        await lines.return();
      },
    };
  }

  /** Follows the next message while something happens that says one. */
  async follow(
    happens: () => Promise<void>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<MessageJson> {
    const args = ["observe", "--message", "last", "--json", "--duration", "20"];
    const child = command(
      [...args, "--server", `127.0.0.1:${this.port}`, "--data", this.folder],
      env,
    ).spawn();
    void child.stdin.close();
    const said: string[] = [];
    const begun = Promise.withResolvers<void>();
    const listening = (async () => {
      for await (const line of linesOf(child.stderr)) {
        said.push(line);
        if (line.startsWith("Waiting")) begun.resolve();
      }
      begun.reject(new Error(`It did not begin: ${said.join("\n")}`));
    })();
    begun.promise.catch(() => {});
    const out = new Response(child.stdout).text();
    await within(begun.promise, "the message is waited for", 20_000);
    await happens();
    const text = await within(out, "the message's way", 30_000);
    const [{ code }] = await Promise.all([child.status, listening]);
    assertEquals(code, 0, said.join("\n"));
    return JSON.parse(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}
