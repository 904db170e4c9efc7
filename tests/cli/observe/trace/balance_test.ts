/**
 * `chat observe --balance`: against a real server, and what it says of books that do not balance.
 *
 * @module
 */

import { balanceText, nothingCompared } from "../../../../cli/observe/trace/balance.ts";
import { findServedToken } from "../../../../cli/operator_token.ts";
import type { Balance } from "../../../../observe/trace/mod.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { testAsRoot } from "../../../skips.ts";
import { chat } from "../../program.ts";
import { Stage } from "./followed.ts";

testAsRoot(
  ["ss"],
  "the bytes of a server that is talked over are those that the kernel moved",
  async () => {
    await using stage = await Stage.begin();
    await using anna = await stage.client("anna");
    await using _ben = await stage.client("ben");
    const talking = new AbortController();
    const talk = (async () => {
      while (!talking.signal.aborted) {
        await (await anna.say("hello")).said;
      }
    })();
    const where = ["--server", `127.0.0.1:${stage.port}`, "--data", stage.folder];
    const { code, out, err } = await chat([
      "observe",
      "--balance",
      "--json",
      "--duration",
      "1",
      ...where,
    ]);
    talking.abort();
    await talk;
    assertEquals(code, 0, err);
    const balance = JSON.parse(out);
    assertEquals(balance.differences, []);
    // Both clients, and the one that asked.
    assertEquals([balance.compared, balance.apart], [3, 0]);
    assert(balance.bytes > 1_000, out);
  },
);

testAsRoot(["ss"], "what only forwards to a server has no books that balance", async () => {
  await using stage = await Stage.begin();
  await using _anna = await stage.client("anna");
  const forwarder = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "--no-prompt", "--allow-all"],
      new URL("forwarder_child.ts", import.meta.url).pathname,
      String(stage.port),
    ],
    ...{ stdin: "piped", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const lines = forwarder.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const port = Number((await lines.read()).value);
  const token = findServedToken(stage.folder, { host: "127.0.0.1", port: stage.port });
  const { code, out, err } = await chat(
    ["observe", "--balance", "--duration", "1", "--server", `127.0.0.1:${port}`],
    { env: { CHAT_OPERATOR_TOKEN: token ?? "" } },
  );
  await forwarder.stdin.close();
  await forwarder.status;
  await lines.cancel();
  assertEquals(code, 1, out);
  assert(err.includes("chat: Nothing could be compared: of the server's connections"), err);
  assert(!out.includes("agree") && !out.includes("nothing moved"), out);
});

Deno.test("where no server is to be watched, it is said why", async () => {
  const { code, err } = await chat(["observe", "--balance", "--server", "192.0.2.1:9"]);
  assertEquals(code, 77);
  assertEquals(err, "chat: The server is on another machine: its kernel is not watched.\n");
});

Deno.test("a difference names its connection, and says who has counted less", () => {
  const balance: Balance = {
    ...{ compared: 2, apart: 1, silent: 0, bytes: 12_345 },
    differences: [{
      connection: {
        ...{ user: "anna", local: "127.0.0.1:8080", remote: "127.0.0.1:50414", speech: "frames" },
        ...{ bytesIn: 986, bytesOut: 5 },
      },
      ...{ op: "recv", kernel: 1_000, server: 986 },
    }],
  };
  assertEquals(balanceText(balance, 0).split("\n"), [
    "127.0.0.1:50414 (anna), from there: the kernel moved 1,000 bytes, the server counts 14 less.",
    "2 connections compared, 12,345 bytes: 1 difference.",
    "1 connection cannot be compared: over TLS and WebSockets the server counts words, and the kernel what carries them.",
    "",
  ]);
});

Deno.test("books in which nothing stands agree on nothing, and it is said why", () => {
  const empty: Balance = { compared: 0, apart: 0, silent: 4, bytes: 0, differences: [] };
  assertEquals(balanceText(empty, 0).split("\n"), [
    "0 connections compared, 0 bytes: nothing is known.",
    "Of 4 connections the kernel saw no call of the watched process.",
    "",
  ]);
  assert(nothingCompared(empty)?.includes("a forwarder"), "It is not said why");
  assert(nothingCompared({ ...empty, silent: 0, apart: 4 })?.includes("over TLS"), "Nor here");
  assertEquals(nothingCompared({ ...empty, compared: 1 }), undefined);
});
