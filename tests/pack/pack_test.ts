/**
 * The packed program, from an empty folder, with an empty cache, and with nothing of a developer's machine around it.
 *
 * @module
 */

import { VERSION } from "../../server/wire/version.ts";
import { assert, assertEquals } from "../assert.ts";
import { linesOf } from "../lines.ts";
import { hasProgram } from "../skips.ts";
import { within } from "../within.ts";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A machine that has nothing but Deno and the one file. */
class BareMachine implements AsyncDisposable {
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

  command(path: string, args: readonly string[], cache = "cache"): Deno.Command {
    const { folder } = this;
    return new Deno.Command(path, {
      args: [...args],
      cwd: `${folder}/empty`,
      clearEnv: true,
      env: {
        PATH: `${folder}/bin:/usr/bin:/bin`,
        HOME: `${folder}/home`,
        DENO_DIR: `${folder}/${cache}`,
        // Whoever asks it for something fails.
        NPM_CONFIG_REGISTRY: "http://127.0.0.1:1/",
        NO_COLOR: "1",
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
  ): Promise<{ readonly line: string; end(): Promise<{ code: number; err: string }> }> {
    const child = this.command(`${this.folder}/dist/chat.js`, args).spawn();
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

/** A thread of the packed program, with so many permissions. */
function thread(
  name: string,
  permissions: Deno.PermissionOptionsObject,
  folder: string,
): { hear(): Promise<unknown>; ask(order: unknown): Promise<unknown>; end(): void } {
  const worker = new Worker(`file://${folder}/dist/chat.js#${name}`, {
    type: "module",
    deno: { permissions },
  });
  const hear = () => {
    const answer = Promise.withResolvers<unknown>();
    worker.onmessage = ({ data }) => answer.resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      answer.reject(new Error(event.message));
    };
    return within(answer.promise, `what ${name} says`);
  };
  return {
    hear,
    ask(order) {
      worker.postMessage(order);
      return hear();
    },
    end: () => worker.terminate(),
  };
}

Deno.test("the packed program is the whole chat, in one file and without any network", async (t) => {
  await using machine = await BareMachine.make();
  const { folder } = machine;
  const data = `${folder}/data`;

  await t.step("it says its version and its help", async () => {
    assertEquals((await machine.chat(["--version"])).out, `${VERSION}\n`);
    const { code, out } = await machine.chat(["serve", "--help"]);
    assertEquals([code, /--durability/.test(out)], [0, true]);
  });

  const server = await machine.start(["serve", "--port", "0", "--data", data]);
  const address = server.line.replace("listening on ", "");

  await t.step("it talks: serve, send, connect", async () => {
    const sent = await machine.chat(["send", "--server", address, "--name", "Ann", "hello"]);
    assertEquals([sent.code, sent.err], [0, ""]);
    const said = await machine.chat(["connect", address, "--name", "Ben"], "hi\nthere\n");
    assertEquals(said.code, 0, said.err);
  });

  await t.step("it observes itself: the dashboard has its page", async () => {
    const dashboard = await machine.start(["dashboard", "--server", address, "--name", "Eve"]);
    const [, origin = ""] = /^dashboard at (http:\/\/[^/]+)\/#/.exec(dashboard.line) ?? [];
    for (const path of ["/", "/page.js", "/page.css", "/icon.svg"]) {
      const answer = await fetch(`${origin}${path}`);
      assertEquals(answer.status, 200);
      assert((await answer.text()).length > 100);
    }
    assertEquals((await dashboard.end()).code, 0);
  });

  assertEquals((await server.end()).code, 0);

  await t.step("it looks after the store", async () => {
    const stat = await machine.chat(["db", "stat", "--json", "--data", data]);
    assert(JSON.parse(stat.out).messages >= 3, stat.out);
    const verified = await machine.chat(["db", "verify", "--json", "--data", data]);
    assertEquals(JSON.parse(verified.out).ok, true);
    const drawn = await machine.chat(["db", "stat", "--data", data]);
    assertEquals([drawn.code, drawn.err], [0, ""]);
  });

  await t.step("it says what works here", async () => {
    const { out } = await machine.chat(["doctor"]);
    assert(out.includes(`deno         ${Deno.version.deno}`), out);
  });

  await t.step("its threads may do what they are for, and need not read the file", async () => {
    const state = `${folder}/state`;
    const places = [`${state}/chat`];
    const place = { server: { host: "127.0.0.1", port: 1 }, state };
    const keeper = thread("keeper_thread", { read: places, write: places }, folder);
    assertEquals(await keeper.ask(place), "ready");
    assertEquals(await keeper.ask({ n: 1, kind: "ignore", name: "Ben", on: true }), { n: 1 });
    keeper.end();
    const trivial = thread("trivial_server_thread", { net: ["127.0.0.1"] }, folder);
    const port = await trivial.ask("runtime");
    assert(typeof port === "number" && port > 0, `${port}`);
    trivial.end();
    const crew = thread("crew_thread", { net: true }, folder);
    assertEquals(await crew.hear(), { kind: "ready" });
    crew.end();
    const path = `${folder}/nobody.sock`;
    const dialler = thread("dialler_thread", { read: [path], write: [path] }, folder);
    const { kind } = await dialler.ask({ id: 1, kind: "connect", path }) as { kind: string };
    assertEquals(kind, "failed");
    dialler.end();
  });

  await t.step("it installs itself as a service, which runs from where it is then", async () => {
    const image = `${folder}/image`;
    const { code, err } = await machine.chat(["service", "install", "--root", image, "--yes"]);
    assertEquals([code, err], [0, ""]);
    const unit = await Deno.readTextFile(`${image}/etc/systemd/system/chat.service`);
    const [, command = ""] = /^ExecStart=(.*) serve$/m.exec(unit) ?? [];
    const [deno = "", ...args] = command.split(" ").map((word) => word.replace(/^(?=\/)/, image));
    assertEquals((await machine.run(deno, [...args, "--version"])).out, `${VERSION}\n`);
  });

  await t.step("it fetched nothing, and left nothing where it ran", async () => {
    assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/empty`)), []);
    assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/cache/npm`)), []);
  });

  await t.step("its package starts it on the Deno beside it, wherever npm puts both", async () => {
    for (
      const [at, deno] of [["@chat/chat", "deno"], ["chat", "@deno/some-platform"], [
        "chat",
        "chat/node_modules/deno",
      ]]
    ) {
      const modules = `${folder}/${crypto.randomUUID()}/node_modules`;
      await Deno.mkdir(`${modules}/${at}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await new Deno.Command("cp", { args: ["-r", `${folder}/dist/npm`, `${modules}/${at}`] })
        .output();
      await Deno.mkdir(`${modules}/${deno}`, { recursive: true });
      await Deno.symlink(Deno.execPath(), `${modules}/${deno}/deno`);
      await Deno.mkdir(`${modules}/.bin`);
      await Deno.symlink(`../${at}/bin/chat`, `${modules}/.bin/chat`);
      await Deno.rename(`${folder}/bin/deno`, `${folder}/bin/hidden`);
      try {
        assertEquals(await machine.run(`${modules}/.bin/chat`, ["--version"]), {
          code: 0,
          out: `${VERSION}\n`,
          err: "",
        });
      } finally {
        await Deno.rename(`${folder}/bin/hidden`, `${folder}/bin/deno`);
      }
    }
  });

  await t.step({
    name: "npm packs it with its program, its launcher and its manual",
    ignore: !hasProgram("npm"),
    async fn() {
      const { stdout } = await new Deno.Command("npm", {
        args: ["pack", "--dry-run", "--json"],
        cwd: `${folder}/dist/npm`,
        stderr: "null",
      }).output();
      const [{ files }] = JSON.parse(new TextDecoder().decode(stdout));
      const paths = files.map(({ path }: { path: string }) => path);
      for (
        const path of [
          "bin/chat",
          "chat.js",
          "man/chat.1",
          "man/chat-db-stat.1",
          "LICENSE",
          "NOTICES",
        ]
      ) {
        assert(paths.includes(path), paths.join(", "));
      }
    },
  });
});
