/**
 * The packed program, from an empty folder, with an empty cache, and with nothing of a developer's machine around it.
 *
 * @module
 */

import { VERSION } from "../../server/wire/version.ts";
import { assert, assertEquals } from "../assert.ts";
import { startDisplay, WINDOW_NEEDS } from "../dashboard/display.ts";
import { hasProgram } from "../skips.ts";
import { within } from "../within.ts";
import { BareMachine } from "./bare_machine.ts";
import { ELSEWHERE, TRIED } from "./every_command.ts";

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

  const server = await machine.start(["serve", "--port", "0", "--rate", "0", "--data", data]);
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

  await t.step("whatever its help offers works, or says in a sentence why not", async () => {
    const pages = await Array.fromAsync(Deno.readDir(`${folder}/dist/npm/man`));
    const tried = TRIED.map(({ command }) => command);
    const left = pages.map(({ name }) => name.replace(/^chat-?|\.1$/g, "").replaceAll("-", " "))
      .filter((command) => !tried.includes(command) && !ELSEWHERE.includes(command));
    assertEquals(left, [], "Every command is tried");
    await Deno.writeTextFile(`${folder}/home/password`, "correct-horse-battery\n");
    const faults: string[] = [];
    let before = "";
    for (const { command, args, says, reads = false } of TRIED) {
      const typed = [...command.split(" "), ...args({ folder, data, address }, before)];
      const { code, out, err } = await machine.chat(typed, reads ? before : "");
      before = out;
      const isSo = code === 77
        ? /^chat: [^\n]+[.?]\n$/.test(err)
        : code === 0 && says.test(out + err);
      if (!isSo) faults.push(`chat ${typed.join(" ")}\n${code}\n${out}${err}`);
    }
    assertEquals(faults.join("\n"), "");
  });

  await t.step({
    name: "its dashboard has a window of its own",
    ignore: !WINDOW_NEEDS.every(hasProgram),
    async fn() {
      await using display = await startDisplay();
      const dashboard = await machine.start(
        ["dashboard", "--server", address, "--name", "Eve", "--window"],
        { DISPLAY: display.name },
      );
      assert(dashboard.line.startsWith("dashboard at http://127.0.0.1:"), dashboard.line);
      assertEquals((await dashboard.end()).code, 0);
    },
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
