/**
 * `chat top` as a user types it, on a real server.
 *
 * @module
 */

import { connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";
import { testAsRoot } from "../../skips.ts";
import { chat, startChat } from "../program.ts";
import { Tmux } from "../tty/tmux.ts";

const root = new URL("../../..", import.meta.url).pathname;

const TOKEN = "a token of an operator";
const OPERATOR = { CHAT_OPERATOR_TOKEN: TOKEN };

/** Anna, who talks to herself until she is disposed. */
async function talking(port: number): Promise<AsyncDisposable> {
  const anna = connect({ port, name: "Anna" });
  await anna.online();
  let isOver = false;
  const talk = (async () => {
    while (!isOver) await anna.say("a word");
  })();
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      await within(talk, "Anna's last word");
      await anna.close();
    },
  };
}

interface Line {
  readonly type: string;
  readonly backend: string | null;
  readonly why?: string;
  readonly users: readonly Record<string, number | string>[];
  readonly rooms: readonly Record<string, number | string>[];
}

testAsRoot(
  [],
  "who uses how much is told with the kernel's part, by user and by room",
  async () => {
    await using server = startServer({ operatorToken: TOKEN, limits: { messagesPerSecond: 0 } });
    await using _ = await talking(server.port);
    const where = ["-s", `127.0.0.1:${server.port}`, "--interval", "0.3"];
    await using top = startChat(["top", ...where, "--json"], OPERATOR);
    const line: Line = JSON.parse(await top.line() ?? "");
    assertEquals(line.type, "top");
    assert(line.backend !== null && line.why === undefined);
    // Whoever looks is not in it.
    assertEquals(line.users.map(({ name }) => name), ["Anna"]);
    const [anna = {}] = line.users;
    for (const figure of ["bytes_received_per_s", "bytes_sent_per_s", "calls_per_s", "rtt_us"]) {
      assert(Number(anna[figure]) > 0, `${figure}: ${JSON.stringify(anna)}`);
    }
    const lobby = line.rooms.find(({ name }) => name === "lobby") ?? {};
    assertEquals(lobby["users"], 1);
    assert(Number(lobby["bytes_sent_per_s"]) > 0 && Number(lobby["calls_per_s"]) > 0);
  },
);

Deno.test("without root there are the server's figures alone, and it says so", async () => {
  await using server = startServer({ operatorToken: TOKEN, limits: { messagesPerSecond: 0 } });
  await using _ = await talking(server.port);
  const flags = ["-A", "--no-prompt", "--deny-ffi", "cli/main.ts", "top"];
  const args = ["-s", `127.0.0.1:${server.port}`, "--interval", "0.3", "--duration", "0.9"];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, ...args],
    cwd: root,
    env: OPERATOR,
  }).output();
  const out = new TextDecoder().decode(stdout);
  assertEquals(code, 0, out);
  assert(out.includes("the server's figures alone: Deno may not open libbpf"), out);
  assert(/^Anna +1 +1 .*B/m.test(out), out);
  assert(!out.includes("unsent"), out);
});

Deno.test("who is no operator is told how to be one", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  const { code, err } = await chat(["top", "-s", `127.0.0.1:${server.port}`]);
  assertEquals(code, 1);
  assert(err.includes("the server tells only to operators"), err);
});

testAsRoot(["tmux"], "on a terminal it is a table that is left by q", async () => {
  await using server = startServer({ operatorToken: TOKEN, limits: { messagesPerSecond: 0 } });
  await using _ = await talking(server.port);
  await using terminal = await Tmux.open(100, 24);
  const command = `CHAT_OPERATOR_TOKEN='${TOKEN}' ${Deno.execPath()} run -A cli/main.ts top`;
  await terminal.enter(
    `cd ${root}; clear; ${command} -s 127.0.0.1:${server.port} --interval 0.3; echo code $?`,
  );
  await terminal.untilRow(/^Anna +1 +1 +[\d.]+ k?B/);
  await terminal.press("s");
  await terminal.untilRow(/^ s sort: calls/);
  await terminal.press("q");
  await terminal.untilRow(/^code 0$/);
});

Deno.test("whoever asks for less time than an interval gets one table all the same", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  const where = ["-s", `127.0.0.1:${server.port}`, "--duration", "0.2"];
  const { code, out } = await chat(["top", ...where, "--json"], { env: OPERATOR });
  assertEquals([code, out.trimEnd().split("\n").length], [0, 1]);
  assertEquals(JSON.parse(out).type, "top");
});
