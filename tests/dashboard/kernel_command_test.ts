/**
 * `chat dashboard --pid`: what is refused, and how soon; and that `--pid server` goes on when the server was started again.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import type { KernelState } from "../../observe/dashboard/page_messages.ts";
import { assert, assertEquals } from "../assert.ts";
import { chat, type Running, startChat } from "../cli/program.ts";
import { within } from "../harness.ts";
import { testAsRoot } from "../skips.ts";
import { BarePage } from "./bare_page.ts";

/** Starts a server and gives where it listens. */
async function serve(
  port: string,
  env: Record<string, string>,
): Promise<{ readonly server: Running; readonly where: string }> {
  const server = startChat(["serve", "--port", port], env);
  return { server, where: (await server.line() ?? "").replace("listening on ", "") };
}

async function pageOf(dashboard: Running): Promise<BarePage> {
  const url = new URL((await dashboard.line() ?? "").replace("dashboard at ", ""));
  return await BarePage.open({ origin: url.origin, token: url.hash.slice(1) });
}

function kernel(page: BarePage, fits: (state: KernelState) => boolean, what: string) {
  return page.next(
    (one) =>
      (one.type === "hello" || one.type === "kernel") && fits(one.kernel) ? one.kernel : undefined,
    what,
  );
}

testAsRoot([], "--pid server watches the server, and the next one after a restart", async () => {
  const data = await Deno.makeTempDir({ prefix: "chat-dashboard-" });
  const env = { CHAT_DATA: data, CHAT_DURABILITY: "os" };
  try {
    const first = await serve("0", env);
    await using _first = first.server;
    const args = ["dashboard", "-s", first.where, "-n", "Maria", "--pid", "server"];
    await using dashboard = startChat(args, env);
    await using page = await pageOf(dashboard);
    const watches = ({ child }: Running) => (state: KernelState) =>
      state.kind === "watching" && state.pids.includes(child.pid) && state.calls === true;
    await kernel(page, watches(first.server), "the first server");
    first.server.child.kill("SIGTERM");
    const gone = await kernel(page, ({ kind }) => kind === "absent", "its end");
    assert(gone.kind === "absent");
    assertEquals(
      gone.why,
      `Waiting for the server: its process ${first.server.child.pid} has ended.`,
    );
    await first.server.child.status;
    const next = await serve(first.where.split(":")[1] ?? "", env);
    await using _next = next.server;
    await kernel(page, watches(next.server), "the next server");
    page.send({ type: "say", id: "1", room: "lobby", content: "there again" });
    await page.next(
      (one) =>
        one.type === "seconds"
          ? one.seconds.find(({ kernel }) => (kernel?.sendCalls ?? 0) > 0)
          : undefined,
      "its calls",
    );
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

testAsRoot(
  [],
  "with --pid and a number, the panel says that the process has ended and what to do",
  async () => {
    const data = await Deno.makeTempDir({ prefix: "chat-dashboard-" });
    const env = { CHAT_DATA: data, CHAT_DURABILITY: "os" };
    try {
      const first = await serve("0", env);
      await using _first = first.server;
      const { pid } = first.server.child;
      await using dashboard = startChat(
        ["dashboard", "-s", first.where, "--pid", String(pid)],
        env,
      );
      await using page = await pageOf(dashboard);
      await kernel(page, ({ kind }) => kind === "watching", "the server");
      first.server.child.kill("SIGTERM");
      await first.server.child.status;
      const next = await serve(first.where.split(":")[1] ?? "", env);
      await using _next = next.server;
      const remedy =
        `The server is process ${next.server.child.pid} now: start the dashboard again for it.`;
      const state = await kernel(
        page,
        (one) => one.kind === "absent" && one.remedy === remedy,
        "what to do",
      );
      assert(state.kind === "absent");
      assertEquals(state.why, `The watched process ${pid} has ended.`);
      assertEquals(state.commands, [
        `sudo chat dashboard -s ${first.where} --pid server --data ${data}`,
      ]);
    } finally {
      await Deno.remove(data, { recursive: true });
    }
  },
);

/** Nobody listens there: whatever is refused is refused before the server is looked for. */
const NOWHERE = ["-s", "127.0.0.1:1"];

testAsRoot(
  [],
  "a process that is not there is one sentence, before the server is looked for",
  async () => {
    const { code, err } = await chat(["dashboard", ...NOWHERE, "--pid", "4194304"]);
    assertEquals([code, err], [1, "chat: There is no process 4194304.\n"]);
  },
);

Deno.test("--pid takes a number or the word 'server'", async () => {
  const { code, err } = await chat(["dashboard", ...NOWHERE, "--pid", "serve"]);
  assertEquals(code, 2);
  assert(err.includes("It must be 'server', or a whole number from 1 to 4194304."), err);
});

Deno.test("the word 'server' is for a server on this machine", async () => {
  const { code, err } = await chat(["dashboard", "-s", "chat.example.org", "--pid", "server"]);
  assertEquals([code, err], [
    2,
    "chat: --pid server watches a server on this machine: give its address as 127.0.0.1 or localhost.\n",
  ]);
});

testAsRoot([], "the word 'server' needs the operator's token", async () => {
  const { server, where } = await serve("0", {});
  await using _server = server;
  const env = { CHAT_DATA: "/nonexistent" };
  const { code, err } = await chat(["dashboard", "-s", where, "--pid", "server"], { env });
  assertEquals(code, 2);
  assert(err.includes("only its operator may: give its directory with --data"), err);
});

testAsRoot(
  ["setpriv"],
  "without privileges --pid is refused, before the server is looked for",
  async () => {
    for (const pid of ["1", "server"]) {
      const { code, stdout, stderr } = await within(
        new Deno.Command("setpriv", {
          args: [
            "--bounding-set=-all",
            "--inh-caps=-all",
            Deno.execPath(),
            "run",
            "--quiet",
            ...manifest.tasks.chat.split(" ").slice(2),
            "dashboard",
            ...NOWHERE,
            "--pid",
            pid,
          ],
          cwd: new URL("../..", import.meta.url).pathname,
          env: { CHAT_CONFIG: "/nonexistent/config.json", NO_COLOR: "1" },
        }).output(),
        "the refusal",
      );
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertEquals([code, out], [77, ""]);
      assert(err?.startsWith("chat: Watching a process from the kernel needs root"), err);
      assertEquals(err?.trimEnd().split("\n").length, 1);
    }
  },
);
