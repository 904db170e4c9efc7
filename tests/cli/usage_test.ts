/**
 * What people get who type something wrong: one sentence, and the exit code of the contract.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { assert, assertEquals } from "../assert.ts";
import { chat } from "./program.ts";

Deno.test("chat --help lists the commands", async () => {
  const { code, out } = await chat(["--help"]);
  assertEquals(code, 0);
  for (
    const word of [
      "serve",
      "connect",
      "send",
      "receive",
      "login",
      "logout",
      "user",
      "service",
      "db",
      "observe",
      "top",
      "doctor",
      "cert",
      "config",
      "completions",
    ]
  ) {
    assert(out.includes(`\n  ${word}`), `${word} is missing in:\n${out}`);
  }
});

Deno.test("every command's --help has examples", async () => {
  for (
    const command of [
      "serve",
      "connect",
      "send",
      "receive",
      "login",
      "logout",
      "user",
      "observe",
      "top",
      "doctor",
      "cert",
      "config",
    ]
  ) {
    const { code, out } = await chat([command, "--help"]);
    assertEquals(code, 0);
    assert(out.includes("Examples:"), `chat ${command} --help has none`);
  }
});

Deno.test("chat --version is the version of deno.json", async () => {
  assertEquals((await chat(["--version"])).out, `${manifest.version}\n`);
});

const WRONG: readonly (readonly [args: string[], says: string, env?: Record<string, string>])[] = [
  [["serv"], "Did you mean serve?"],
  [["serve", "--prot", "1"], "Did you mean --port?"],
  [["serve", "--port", "99999"], "A port is a whole number from 0 to 65535."],
  [["serve"], "CHAT_PORT", { CHAT_PORT: "zz" }],
  [["serve", "--max-frame", "16000000"], "from 1024 to 15728640"],
  [["serve", "--retain", "90"], "A duration is a whole number with s, m, h, d, w or y"],
  [["serve", "--max-store", "1M"], "It must be 2000000 bytes or more."],
  [["serve", "--anonymous", "--retain", "1d"], "--anonymous stores nothing"],
  [["serve", "--durability", "none", "--max-store", "1G"], "stores nothing on disk"],
  [["serve", "--address-rate", "-1"], "from 0 to 1000000"],
  [["serve", "--exempt", "10.0.0.0/40"], "A range looks like 10.0.0.0/8"],
  [
    ["serve", "--http", "127.0.0.1:0", "--origin", "chat.example"],
    "looks like https://chat.example",
  ],
  [["serve", "--origin", "https://chat.example"], "give --http, too"],
  [["receive", "--yes", "--out", ""], "The name of a directory cannot be empty."],
  [["receive", "--yes"], "CHAT_DOWNLOADS", { CHAT_DOWNLOADS: "" }],
  [["connect", "--downloads", ""], "The name of a directory cannot be empty."],
  [
    ["serve", "--http", "127.0.0.1:0", "--trusted-proxy", "nginx"],
    "--trusted-proxy cannot be 'nginx'",
  ],
  [["connect", "-r", "bad room!"], "--room cannot be 'bad room!'. A name is made of letters"],
  [["connect", "[::1"], "An address looks like HOST, HOST:PORT, [IPv6]:PORT or chats://HOST:PORT."],
  // Without a command it is where to talk.
  [["[::1"], "An address looks like HOST, HOST:PORT, [IPv6]:PORT or chats://HOST:PORT."],
  [["chat.example.org:99999", "-n", "Anna"], "A port is a whole number from 0 to 65535."],
  [["send", "--to", "Bob", "--room", "ops", "hi"], "cannot be used with"],
  [["receive", "--yes", "--once", "--count", "2"], "cannot be used with"],
  [["receive", "--yes", "--max-file", "huge"], "A size is a number of bytes"],
  [["completions", "tcsh"], "Allowed choices"],
  [["--bogus"], "unknown option '--bogus'"],
];
for (const [args, says, env = {}] of WRONG) {
  Deno.test(`chat ${args.join(" ")} ${JSON.stringify(env)} is wrong usage`, async () => {
    const { code, err } = await chat(args, { env });
    assertEquals(code, 2, err);
    assert(err.includes(says), `"${says}" is missing in: ${err}`);
  });
}

Deno.test("chat serve says of a place of the system's that it is none for a store", async () => {
  const { code, out, err } = await chat([
    "serve",
    "--port",
    "0",
    "--durability",
    "durable",
    "--data",
    "/proc/store",
  ]);
  assertEquals([code, out], [1, ""]);
  assertEquals(
    err,
    "chat: The store in /proc/store cannot be opened: that belongs to the system, and this program keeps out of it.\n",
  );
});

Deno.test("chat serve on an address of another machine says so", async () => {
  const { code, err } = await chat(["serve", "--host", "192.0.2.1", "--port", "0"]);
  assertEquals(code, 1);
  assertEquals(err, "chat: Cannot listen on 192.0.2.1:0: this machine has no such address.\n");
});

Deno.test("a failure shows its stack only with CHAT_DEBUG=1", async () => {
  const args = ["send", "--server", "127.0.0.1:1", "--timeout", "1", "hi"];
  const quiet = await chat(args);
  assertEquals(quiet.code, 1);
  assertEquals(quiet.err, "chat: Cannot connect to 127.0.0.1:1: nothing listens there.\n");
  const loud = await chat(args, { env: { CHAT_DEBUG: "1" } });
  assertEquals(loud.code, 1);
  assert(loud.err.includes("connection.ts:"), loud.err);
});
