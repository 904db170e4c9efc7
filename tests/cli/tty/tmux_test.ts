/**
 * The whole terminal client in a real terminal, against the real server, with the screen compared.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { connect } from "../../../server/wire/mod.ts";
import { terminalTest, Tmux } from "./tmux.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const DENO = Deno.execPath();
const MAIN = "cli/main.ts";

/** The end of the status line when all is well. */
const ONLINE = /127\.0\.0\.1:\d+ (<?\d+ ms|online)$/;

interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** Ends it without a farewell, as a crash does. */
  kill(): Promise<void>;
}

/** Starts the server as people do, in a process of its own. */
async function serve(port = 0): Promise<TestServer> {
  const child = new Deno.Command(DENO, {
    args: ["run", "-A", MAIN, "serve", "--port", `${port}`, "--durability", "none"],
    cwd: ROOT,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let said = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!said.includes("\n")) {
    const { done, value } = await reader.read();
    assert.ok(!done, `the server ended: ${said}`);
    said += value;
  }
  const real = Number(/:(\d+)\n/.exec(said)?.[1]);
  assert.ok(real > 0, said);
  let alive = true;
  const kill = async () => {
    if (!alive) return;
    alive = false;
    child.kill("SIGKILL");
    await reader.cancel();
    await child.status;
  };
  return { port: real, kill, [Symbol.asyncDispose]: kill };
}

/** Starts the client in a terminal and waits until it is in the lobby. */
async function begin(terminal: Tmux, port: number, command = `exec ${DENO} run -A ${MAIN}`) {
  const start = `${command} connect 127.0.0.1:${port} --name zoe`;
  // A shell of its own, which the client replaces: its process id is the client's.
  await terminal.enter(`cd ${ROOT}; clear; echo before; sh -c '${start}'`);
  await terminal.untilRow(ONLINE);
}

/** Whether the screen is the shell's again, with a prompt. */
function backInShell(screen: readonly string[]): boolean {
  return screen.includes("before") && screen.findLast(Boolean) === "$";
}

terminalTest(
  "typing, Tab, a paste, hostile text and sizes look exactly as they should",
  async () => {
    await using server = await serve();
    await using anna = connect({ port: server.port, name: "anna" });
    await anna.online();
    await using terminal = await Tmux.open(60, 8);
    await begin(terminal, server.port);

    await anna.say("hello\x1b[2J\x1b]0;pwn\x07 \u202ezoe 你好 👍\nsecond \x9b31m");
    await terminal.untilRow(/second/);
    await terminal.type("an");
    await terminal.press("Tab");
    await terminal.untilRow(/^> anna:$/);
    await terminal.type("hi");
    await terminal.press("Enter");
    await terminal.until((screen) => screen.includes("hh:mm zoe anna: hi"));

    await terminal.paste("one\ntwo");
    await terminal.untilRow(/^Paste 2 lines\? Enter sends, e edits, Esc cancels$/);
    await terminal.press("Enter");
    const wide = await terminal.untilRow(/^ {6}two$/);
    assert.deepEqual(wide.filter((row) => !/^ lobby/.test(row)), [
      "",
      "hh:mm anna hello␛[2J␛]0;pwn␇ �zoe 你好 👍",
      "      second �31m",
      "hh:mm zoe anna: hi",
      "hh:mm zoe one",
      "      two",
      ">",
    ]);
    assert.match(wide.at(-2) ?? "", /^ lobby · 2 here +127\.0\.0\.1:\d+ <?\d+ ms$/);

    await terminal.resize(20, 5);
    const narrow = await terminal.until((screen) => screen.length === 5 && screen[2] === "  two");
    assert.deepEqual(narrow.slice(0, 3), ["zoe anna: hi", "zoe one", "  two"]);
    assert.match(narrow[3] ?? "", /^ lobby.* ms$/);

    await terminal.resize(60, 8);
    await terminal.until((screen) => screen.join("\n") === wide.join("\n"));
  },
);

terminalTest(
  "after the server was killed and started again, the client is back by itself",
  async () => {
    await using first = await serve();
    await using terminal = await Tmux.open(70, 8);
    await begin(terminal, first.port);
    await terminal.type("half a sen");
    await first.kill();
    await terminal.untilRow(/offline, next try in \d+ s$/);
    await terminal.type("tence");
    await terminal.untilRow(/^> half a sentence$/);
    await terminal.press("Enter");
    await terminal.untilRow(/^hh:mm zoe half a sentence …$/);

    await using _second = await serve(first.port);
    await terminal.untilRow(/^hh:mm zoe half a sentence$/);
    await terminal.untilRow(ONLINE);
    await using anna = connect({ port: first.port, name: "anna" });
    const { messages } = await anna.history({ room: "lobby" });
    assert.deepEqual(messages.map(({ content }) => content), ["half a sentence"]);
  },
);

terminalTest("a search finds what has scrolled away, lights it, and leads back", async () => {
  await using server = await serve();
  await using anna = connect({ port: server.port, name: "anna" });
  await anna.online();
  await using terminal = await Tmux.open(60, 8);
  await begin(terminal, server.port);
  await anna.say("the Boat leaves at noon");
  for (let i = 1; i <= 12; i++) await anna.say(`line ${i}`);
  const bottom = await terminal.untilRow(/line 12$/);

  await terminal.press("C-s");
  await terminal.untilRow(/^search:$/);
  await terminal.type("boat");
  const found = await terminal.untilRow(/^search 1\/1: boat$/);
  assert.ok(found.includes("hh:mm anna the Boat leaves at noon"), found.join("\n"));
  // deno-lint-ignore no-control-regex -- how it is lit is the claim
  assert.match(await terminal.styled(), /the (\x1b\[[\d;]*m)+Boat\x1b/);
  await terminal.press("Escape");
  await terminal.until((screen) => screen.slice(0, 6).join() === bottom.slice(0, 6).join());

  await terminal.press("C-s");
  await terminal.type("LINE");
  await terminal.press("C-r", "C-r");
  await terminal.untilRow(/^search 10\/12: LINE$/);
  await terminal.press("Enter");
  await terminal.untilRow(/^>$/);
});

terminalTest("a mark stands above what came while one was elsewhere", async () => {
  await using server = await serve();
  await using anna = connect({ port: server.port, name: "anna" });
  await anna.online();
  await using terminal = await Tmux.open(60, 8);
  await begin(terminal, server.port);
  await anna.say("seen");
  await terminal.untilRow(/seen$/);
  await terminal.type("/join dev");
  await terminal.press("Enter");
  await terminal.untilRow(/^ 2:dev/);
  await anna.say("not seen");
  await terminal.untilRow(/1:lobby 1/);
  await terminal.press("M-1");
  const screen = await terminal.untilRow(/^ 1:lobby/);
  const mark = "─── new since you left ".padEnd(60, "─");
  assert.deepEqual(screen.slice(3, 6), ["hh:mm anna seen", mark, "hh:mm anna not seen"]);
});

terminalTest("Ctrl+z gives the shell its terminal, and fg brings the client back", async () => {
  await using server = await serve();
  await using terminal = await Tmux.open(80, 20);
  // As most people start it: under a task, which has to stop and go on as well.
  await begin(terminal, server.port, `exec ${DENO} task -q chat`);
  await terminal.type("kept");
  await terminal.untilRow(/^> kept$/);
  await terminal.press("C-z");
  await terminal.until((screen) => backInShell(screen) && /stopped/i.test(screen.join("\n")));
  await terminal.enter("stty -a | grep -o ' icanon'");
  await terminal.untilRow(/^ icanon$/);
  await terminal.enter("fg");
  await terminal.untilRow(/^> kept$/);
  await terminal.type(" text");
  await terminal.untilRow(/^> kept text$/);
  await terminal.press("C-c", "C-c");
  await terminal.until(backInShell);
});

terminalTest("without a shell above that could wake it, Ctrl+z stops nothing", async () => {
  await using server = await serve();
  await using terminal = await Tmux.open(60, 8);
  await terminal.enter(
    `cd ${ROOT}; exec ${DENO} run -A ${MAIN} connect 127.0.0.1:${server.port} --name zoe`,
  );
  await terminal.untilRow(ONLINE);
  await terminal.press("C-z");
  await terminal.type("still here");
  await terminal.untilRow(/^> still here$/);
});

terminalTest("SIGTERM leaves the terminal as it was", async () => {
  await using server = await serve();
  await using terminal = await Tmux.open(60, 8);
  const pidFile = await Deno.makeTempFile();
  try {
    await begin(terminal, server.port, `echo $$ >${pidFile}; exec ${DENO} run -A ${MAIN}`);
    await terminal.type("being typed");
    await terminal.untilRow(/^> being typed$/);
    Deno.kill(Number(await Deno.readTextFile(pidFile)), "SIGTERM");
  } finally {
    await Deno.remove(pidFile);
  }
  await terminal.until(backInShell);
  await terminal.enter("echo code $?; stty -a | grep -o ' icanon'");
  const screen = await terminal.untilRow(/^ icanon$/);
  assert.ok(screen.includes("chat: Interrupted."), screen.join("\n"));
  assert.ok(screen.includes("code 130"), screen.join("\n"));
  assert.ok(!screen.some((row) => row.includes("being typed")), screen.join("\n"));
});
