/**
 * Where docs/recipes.md is typed: a real server as the page wants it, a home with the page's programs in it, and a shell there.
 *
 * @module
 */

import { launcher } from "../../cli/link.ts";
import { assert } from "../assert.ts";
import { startChat } from "../cli/program.ts";
import { RawClient } from "../harness.ts";
import { type Fenced, fencedIn, type Place, Shell } from "./typing.ts";

const ROOT = new URL("../..", import.meta.url);
const PAGE = await Deno.readTextFile(new URL("docs/recipes.md", ROOT));

/** A server as the page wants it, its owner's home with the page's programs in it, and a shell there. */
export interface Stage extends AsyncDisposable {
  readonly home: string;
  readonly shell: Shell;
  readonly port: number;
  /** What the shell's programs are given beside their home. */
  readonly env: Readonly<Record<string, string>>;
  /** Ann, by hand. */
  ann(): Promise<RawClient>;
  /** Texts of a section, of one language; each is taken once. */
  texts(section: string, language?: string): readonly string[];
  /** What nobody has taken. */
  readonly left: readonly Fenced[];
}

/** Sets it up. @param more What else is typed instead of what stands in the page. */
export async function stage(more: readonly Place[] = []): Promise<Stage> {
  await using all = new AsyncDisposableStack();
  const home = await Deno.makeTempDir({ prefix: "chat-recipes-" });
  all.defer(() => Deno.remove(home, { recursive: true }));
  await Deno.mkdir(`${home}/.local/bin`, { recursive: true });
  await Deno.symlink(Deno.execPath(), `${home}/.local/bin/deno`);
  const root = ROOT.pathname.replace(/\/$/, "");
  await Deno.writeTextFile(`${home}/.local/bin/chat`, launcher(Deno.execPath(), root), {
    mode: 0o755,
  });
  // On a terminal curl shows no progress.
  await Deno.writeTextFile(`${home}/.curlrc`, "silent\nshow-error\n");

  const words = ["serve", "--port", "0", "--http", "127.0.0.1:0", "--hook-to", "127.0.0.0/8"];
  const data = `${home}/.local/share/chat`;
  const server = all.use(startChat(words, { CHAT_DATA: data, CHAT_DURABILITY: "durable" }));
  const portOf = async () => Number(/:(\d+)$/.exec(await server.line() ?? "")?.[1]);
  const [port, http] = [await portOf(), await portOf()];
  const places: readonly Place[] = [
    ...more,
    ["./mod.ts", new URL("mod.ts", ROOT).href],
    ["deno run", `deno run --quiet --frozen --no-prompt --config ${root}/deno.json`],
    ["8080", String(port)],
    ["8081", "0"],
    ["9000", String(freePort())],
    ["9090", String(http)],
  ];
  const env = {
    CHAT_SERVER: `127.0.0.1:${port}`,
    DENO_DIR: await denoDirectory(),
    PATH: `${home}/.local/bin:${Deno.env.get("PATH")}`,
  };
  const shell = all.use(new Shell(home, env, places));
  const left = [...fencedIn(PAGE)];
  for (const { text } of left) {
    const [, name] = /^(?:#!.*\n)?(?:#|\/\/) (\w+\.\w+)[ :]/.exec(text) ?? [];
    if (name !== undefined) await Deno.writeTextFile(`${home}/${name}`, shell.here(text));
  }
  const rest = all.move();
  return {
    home,
    shell,
    port,
    env,
    left,
    async ann() {
      const client = await RawClient.connect(port);
      await client.write("Ann\n");
      await client.expectNothing();
      return client;
    },
    texts(section, language = "") {
      const found = left.filter((one) => one.section === section && one.language === language);
      assert(found.length > 0, `There is a text in ${language} under '${section}'`);
      for (const one of found) left.splice(left.indexOf(one), 1);
      return found.map(({ text }) => text);
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether somebody listens on a port. */
export async function listens(port: number): Promise<boolean> {
  try {
    using _conn = await Deno.connect({ hostname: "127.0.0.1", port });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/** The next line that is like this. */
export async function hears(client: RawClient, like: RegExp): Promise<string> {
  for (;;) {
    const line = await client.line();
    if (like.test(line)) return line;
  }
}
