/**
 * The small pure parts of the command line: values, log lines, plain lines; and giving up privileges.
 *
 * @module
 */

import { PlainLines } from "../../cli/plain_lines.ts";
import { isWorth, logLine } from "../../cli/server_log.ts";
import { address, port, showAddress, wholeNumber } from "../../cli/values.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("address() reads every way of writing one", () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ["chat.example.org", "chat.example.org", 8080],
    ["chat.example.org:9", "chat.example.org", 9],
    ["10.0.0.1:65535", "10.0.0.1", 65535],
    ["[::1]:9000", "::1", 9000],
    ["[::1]", "::1", 8080],
    ["fe80::1", "fe80::1", 8080],
  ];
  for (const [text, host, port] of cases) assertEquals(address(text), { host, port });
});

Deno.test("address() refuses what is none", () => {
  for (const text of ["", ":80", "a:b", "a:99999", "[::1", "[::1]x", "a b", "[zz]:1"]) {
    assertThrows(() => address(text), Error);
  }
});

Deno.test("showAddress() and address() agree", () => {
  for (const text of ["127.0.0.1:1", "[::1]:8080", "host:80"]) {
    assertEquals(showAddress(address(text)), text);
  }
});

Deno.test("port() and wholeNumber() refuse what is no whole number in range", () => {
  for (const text of ["", "-1", "1.5", "1e3", "65536", " 1", "0x10"]) {
    assertThrows(() => port(text), Error);
  }
  assertEquals(port("0"), 0);
  assertThrows(() => wholeNumber(1, 9)("0"), Error);
  assertEquals(wholeNumber(1, 9)("9"), 9);
});

const at = new Date(Date.UTC(2026, 10, 24, 12, 0, 0));

Deno.test("logLine() writes JSON for machines, with ISO time and the error's message alone", () => {
  const line = logLine(
    { kind: "failed", peer: "1.2.3.4:5", error: new Error("oops") },
    "json",
    at,
    false,
  );
  assertEquals(JSON.parse(line), {
    time: "2026-11-24T12:00:00.000Z",
    event: "failed",
    peer: "1.2.3.4:5",
    error: "oops",
  });
});

Deno.test("a log says of lines that it lost only what it knows", () => {
  assertEquals(
    logLine({ kind: "log_lost", lines: 2_400 }, "text", at, false).slice(9),
    "2400 lines of this log are missing: they came faster than they could be written\n",
  );
  assertEquals(
    logLine({ kind: "log_lost", lines: 1 }, "text", at, false).slice(9),
    "1 line of this log is missing: it came faster than it could be written\n",
  );
});

Deno.test("a client that came back over another connection is nothing to warn of", () => {
  const event = { kind: "left", user: "Alice", peer: "1.2.3.4:5", replaced: true } as const;
  const line = logLine(event, "text", at, false);
  assertEquals(line.slice(8), " Alice had come back over another connection\n");
  assertEquals([isWorth(event, "info"), isWorth(event, "warning")], [true, false]);
});

Deno.test("logLine() uses colour only when told to", () => {
  const event = { kind: "left", user: "Alice", peer: "1.2.3.4:5", code: "slow_consumer" } as const;
  const plain = logLine(event, "text", at, false);
  assertEquals(plain.slice(8), " Alice was disconnected: slow_consumer\n");
  assertEquals(logLine(event, "text", at, true).includes("\x1b["), true);
});

Deno.test("PlainLines keeps one's own words back and cannot be made to forge lines", () => {
  const message = { type: "NewMessage", room: "lobby", seq: 1, at: 0 } as const;
  const lines = new PlainLines();
  assertEquals(lines.of({ ...message, from: "me", content: "x" }, "me"), "");
  assertEquals(
    lines.of(
      { ...message, seq: 2, from: "Eve", content: "a\n[Server] Bob has left.\r\x1b[2J" },
      "me",
    ),
    "Eve: a\nEve: (Server) Bob has left.⏎\u241b(2J\n",
  );
});

/** The permissions that `chat ARGS` still has once it is at work. */
async function permissionsOf(...args: string[]): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "cli/main.ts", ...args],
    cwd: new URL("../..", import.meta.url).pathname,
    env: { CHAT_DEBUG: "1", CHAT_CONFIG: "/nonexistent", CHAT_DURABILITY: "none" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await using _ = {
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await Promise.all(
        [child.status, child.stdout.cancel(), child.stderr.cancel()].map((end) =>
          Promise.resolve(end).catch(() => {})
        ),
      );
    },
  };
  let text = "";
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    text += value ?? "";
    const line = /^permissions: ?(.*)$/m.exec(text)?.[1];
    if (line !== undefined || done) {
      await reader.cancel();
      return line ?? `nothing was said of permissions: ${text}`;
    }
  }
}

Deno.test("chat serve keeps nothing but the network", async () => {
  assertEquals(await permissionsOf("serve", "--port", "0"), "net");
});
