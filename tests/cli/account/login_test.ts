/**
 * `chat login`, `logout`, and what uses the token: real processes and a real server.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";
import { connect } from "../../../server/wire/mod.ts";
import { linesOf } from "../../lines.ts";
import { command } from "../program.ts";
import { bytesBelow, Machine } from "./machine.ts";
import { terminalTest, Tmux } from "../tty/tmux.ts";

const PASSWORD = "correct horse battery";

Deno.test("a name is registered once, and used without a password until it is logged out", async () => {
  await using server = startServer();
  await using machine = new Machine(server.port);
  const made = await machine.run(["login", "--register", "-n", "Anna"], {
    CHAT_PASSWORD: PASSWORD,
  });
  assertEquals([made.code, made.err], [0, ""]);
  assertEquals(made.out, "Anna is yours now. This machine needs no password for it.\n");
  const [kept, ...others] = [...machine.files()];
  assert(kept !== undefined && others.length === 0);
  assert(!kept.text.includes(PASSWORD), "a password is in no file");
  const { token } = JSON.parse(kept.text);

  const said = await machine.run(["send", "hello"]);
  assertEquals([said.code, said.err], [0, ""]);
  const piped = await machine.run(["connect", "--json"], {}, "from a pipe\n");
  assertEquals(piped.code, 0);
  assert(piped.out.includes('"account":true'), piped.out);
  assert(!piped.out.includes(token), "no token is printed");
  assertEquals((await machine.run(["login"])).out, "Anna is logged in here already.\n");

  await using ben = connect({ port: server.port, name: "Ben" });
  const { messages } = await ben.history();
  assertEquals(messages.map(({ from, content }) => [from, content]), [
    ["Anna", "hello"],
    ["Anna", "from a pipe"],
  ]);

  assertEquals((await machine.run(["logout"])).code, 0);
  assertEquals([...machine.files()], []);
  const again = await machine.run(["send", "-n", "Anna", "hello"]);
  assertEquals(again.code, 1);
  assert(again.err.includes("chat login"), again.err);
  const old = await machine.run(["send", "-n", "Anna", "hello"], { CHAT_TOKEN: token });
  assertEquals([old.code, old.out], [1, ""]);
  assert(old.err.includes("CHAT_TOKEN") && !old.err.includes(token), old.err);
});

Deno.test("a password from the environment is used once: then this machine has a token", async () => {
  await using server = startServer();
  await using machine = new Machine(server.port);
  await machine.run(["login", "--register", "-n", "Anna"], { CHAT_PASSWORD: PASSWORD });
  await using other = new Machine(server.port);
  const file = `${other.path}/password`;
  await Deno.writeTextFile(file, `${PASSWORD}\nand more\n`);
  const said = await other.run(["send", "-n", "Anna", "hello"], { CHAT_PASSWORD: PASSWORD });
  assertEquals([said.code, said.err], [0, ""]);
  assertEquals((await other.run(["send", "-n", "Anna", "hello"])).code, 0);
  const bot = `${other.path}/bot.token`;
  const login = ["login", "-n", "Anna", "--password-file", file, "--token-file", bot];
  const made = await other.run(login);
  assertEquals([made.code, made.err], [0, ""]);
  assertEquals((await other.run(["send", "--token-file", bot, "hello"])).code, 0);
  const elsewhere = await other.run(["send", "-s", "127.0.0.1:9", "--token-file", bot, "hello"]);
  assertEquals(elsewhere.code, 2);
  assert(elsewhere.err.includes("it is not shown to 127.0.0.1:9"), elsewhere.err);
  await Deno.chmod(bot, 0o644);
  const open = await other.run(["send", "--token-file", bot, "hello"]);
  assert(open.code === 1 && open.err.includes("chmod 600"), open.err);
});

Deno.test("who cannot be asked gets one sentence: for a wrong password, for none, and without a server", async () => {
  let port: number;
  await using machine = await (async () => {
    await using server = startServer();
    port = server.port;
    const machine = new Machine(port);
    await machine.run(["login", "--register", "-n", "Anna"], { CHAT_PASSWORD: PASSWORD });
    for (
      const [args, env, says] of [
        [["login", "-n", "Ben"], {}, "There is nobody to ask"],
        [["login", "-n", "Ben"], { CHAT_PASSWORD: "wrong horse" }, "do not fit"],
        [["send", "-n", "Ben", "x"], { CHAT_PASSWORD: "wrong horse" }, "do not fit"],
        [["login", "--register", "-n", "Ben"], { CHAT_PASSWORD: "short" }, "characters"],
        [["login", "--register", "-n", "Anna"], { CHAT_PASSWORD: PASSWORD }, "has an account"],
        [["logout", "-n", "Ben"], {}, "not logged in"],
        [["login", "--password-file", "/nonexistent"], {}, "cannot be read"],
      ] as const
    ) {
      const { code, err, out } = await machine.run(args, env);
      assertEquals([code, out], [1, ""], `${args.join(" ")}: ${err}`);
      assert(err.includes(says) && err.trim().split("\n").length === 1, err);
    }
    return machine;
  })();
  // The server is gone: the file goes all the same, and it is said that the server does not know.
  const { code, err } = await machine.run(["logout"]);
  assertEquals(code, 1);
  assert(err.includes("could not be told") && err.includes("/revoke"), err);
  assertEquals([...machine.files()], []);
});

Deno.test("chat send is seen where it speaks and nowhere else, however it shows whose account it is", async () => {
  await using server = startServer();
  await using machine = new Machine(server.port);
  const token = `${machine.path}/ci.token`;
  await machine.run(["login", "--register", "-n", "ci"], { CHAT_PASSWORD: PASSWORD });
  await machine.run(["login", "-n", "ci", "--token-file", token], { CHAT_PASSWORD: PASSWORD });
  await machine.run(["connect", "-r", "tea"]);
  await using ben = await server.frames("Ben");
  await ben.send({ type: "Join", room: "tea" }, { type: "Join", room: "ops", id: "in" });
  await ben.next("Ack");
  const shown = await Deno.readTextFile(token);
  const ways: readonly [string[], Record<string, string>][] = [
    [[], {}],
    [["--token-file", token], { XDG_STATE_HOME: "/nonexistent" }],
    [[], { XDG_STATE_HOME: "/nonexistent", CHAT_TOKEN: shown }],
    [["-n", "ci"], { XDG_STATE_HOME: "/nonexistent", CHAT_TOKEN: JSON.parse(shown).token }],
  ];
  for (const [args, env] of ways) {
    const { code, err } = await machine.run(["send", "--room", "ops", ...args, "deployed"], env);
    assertEquals([code, err], [0, ""]);
    for (const type of ["UserJoined", "NewMessage", "UserLeft"] as const) {
      const message = await ben.next(type);
      assertEquals(message.room, "ops");
      if (message.type !== "UserLeft") assertEquals(message.account, true);
    }
  }
  const { code } = await machine.run(["send", "--to", "Ben", "psst"]);
  assertEquals(code, 0);
  await ben.next("PrivateMessage");
  await ben.expectNothing();
});

terminalTest(
  "a password is asked for blindly where the terminal is, and again when it is wrong",
  async () => {
    await using server = startServer();
    await using anna = connect({
      port: server.port,
      name: "Anna",
      password: PASSWORD,
      register: true,
    });
    await anna.online();
    await anna.close();
    await using machine = new Machine(server.port);
    await using terminal = await Tmux.open(70, 12);
    const root = new URL("../../..", import.meta.url).pathname;
    const env = Object.entries({ ...machine.env, CHAT_CONFIG: "/nonexistent" })
      .map(([name, value]) => `${name}='${value}'`).join(" ");
    await terminal.enter(`cd ${root} && clear`);
    await terminal.enter(`${env} ${Deno.execPath()} task -q chat -n Anna; stty | grep -c -- -echo`);
    await terminal.untilRow(/^Password for Anna:$/);
    await terminal.enter("wrong horse");
    await terminal.until((screen) =>
      screen.filter((row) => row === "Password for Anna:").length === 2
    );
    await terminal.enter(PASSWORD);
    await terminal.untilRow(/^ lobby · 1 here/);
    await terminal.enter("hello");
    await terminal.untilRow(/^hh:mm Anna hello$/);
    await terminal.press("C-d");
    const screen = await terminal.untilRow(/^0$/);
    assert(!screen.some((row) => row.includes("horse")), "nothing of it was shown");
    assertEquals([...machine.files()].length, 1);
    assert(![...machine.files()].some(({ text }) => text.includes("horse")));
  },
);

terminalTest(
  "nobody is asked for a password where no server is, nor for one that he may not give",
  async () => {
    let port: number;
    {
      await using server = startServer();
      port = server.port;
    }
    await using machine = new Machine(port);
    await using terminal = await Tmux.open(100, 16);
    const root = new URL("../../..", import.meta.url).pathname;
    const env = Object.entries({ ...machine.env, CHAT_CONFIG: "/nonexistent" })
      .map(([name, value]) => `${name}='${value}'`).join(" ");
    await terminal.enter(`cd ${root} && clear`);
    for (const args of ["login --register -n Anna", "login -n Anna"]) {
      await terminal.enter(`clear; ${env} ${Deno.execPath()} task -q chat ${args}`);
      const screen = await terminal.untilRow(
        /Cannot connect to .*: nothing listens there\.$|password/i,
      );
      assert(!screen.some((row) => /password/i.test(row)), screen.join("\n"));
    }
    await using server = startServer();
    await terminal.enter(
      `clear; ${env} ${Deno.execPath()} task -q chat user passwd Anna -s 127.0.0.1:${server.port} --data ${machine.path}`,
    );
    const screen = await terminal.untilRow(/Only an operator may do this|password/i);
    assert(!screen.some((row) => /password for/i.test(row)), screen.join("\n"));
  },
);

terminalTest(
  "a guest registers in the full-screen client: nobody sees the password, and nothing keeps it",
  async () => {
    await using server = startServer();
    await using machine = new Machine(server.port);
    await using terminal = await Tmux.open(90, 12);
    const root = new URL("../../..", import.meta.url).pathname;
    const env = Object.entries({ ...machine.env, CHAT_CONFIG: "/nonexistent/config.json" })
      .map(([name, value]) => `${name}='${value}'`).join(" ");
    await terminal.enter(`cd ${root} && clear`);
    await terminal.enter(`${env} ${Deno.execPath()} task -q chat -n Anna`);
    await terminal.untilRow(/^ lobby · 1 here/);
    await terminal.enter(`/register ${PASSWORD}`);
    await terminal.untilRow(/^New password for Anna:$/);
    await terminal.type(PASSWORD);
    await terminal.untilRow(new RegExp(`^New password for Anna: •{${PASSWORD.length}}$`));
    await terminal.press("Enter");
    await terminal.untilRow(/^The same again:$/);
    await terminal.paste(PASSWORD);
    await terminal.press("Enter");
    await terminal.untilRow(
      /The name Anna is yours now\. This machine needs no password for it\.$/,
    );
    await terminal.press("Up");
    const screen = await terminal.untilRow(/^>$/);
    assert(!screen.join("\n").includes("horse"), screen.join("\n"));
    await terminal.press("C-d");
    await terminal.untilRow(/^\$$/);
    const [kept, ...others] = [...machine.files()];
    assert(kept !== undefined && kept.path.endsWith("/anna") && others.length === 0);
    assert(!kept.text.includes("horse"));
    const { code, out } = await machine.run(["connect", "--json"]);
    assert(code === 0 && out.includes('"account":true'), out);
  },
);

Deno.test("neither password nor token is in what is printed, logged or stored, whatever goes wrong", async () => {
  const data = await Deno.makeTempDir({ prefix: "chat-leaks-" });
  const env = { CHAT_DEBUG: "1" };
  const child = command(["serve", "--port", "0", "--data", data, "--log", "json"], {
    ...env,
    CHAT_DURABILITY: "durable",
  }).spawn();
  const logged = new Response(child.stderr).text();
  const lines = linesOf(child.stdout);
  const said: string[] = [];
  let token = "";
  try {
    const line = (await within(lines.next(), "the server's address")).value ?? "";
    await using machine = new Machine(Number(/:(\d+)$/.exec(line)?.[1]));
    const run = async (args: readonly string[], more: Record<string, string> = {}) => {
      const { out, err } = await machine.run(args, { ...env, CHAT_DATA: data, ...more });
      said.push(out, err);
    };
    const secret = { CHAT_PASSWORD: PASSWORD };
    await run(["login", "--register", "-n", "Anna"], secret);
    const [kept] = [...machine.files()];
    token = JSON.parse(kept?.text ?? "").token;
    await run(["login", "--register", "-n", "Anna"], secret);
    await run(["send", "hello"]);
    await run(["connect", "--json"]);
    await run(["login", "-n", "Ben"], secret);
    await run(["user", "add", "Ben"], secret);
    await run(["user", "add", "Ben"], secret);
    await run(["user", "list", "--json"]);
    await run(["send", "-n", "Anna", "x"], { CHAT_TOKEN: `${token}x` });
    await run(["send", "-s", "127.0.0.1:1", "-n", "Anna", "--timeout", "1", "x"], secret);
    await run(["logout"]);
    await run(["logout"]);
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await lines.return();
    await child.stdin.close().catch(() => {});
  }
  try {
    said.push(await logged);
    assert(token.length > 20 && said.join("").includes("Anna"));
    const stored = bytesBelow(data);
    assert(stored.join("").includes("hello"), "the store was looked through");
    for (const secret of [PASSWORD, token]) {
      assertEquals([...said, ...stored].filter((text) => text.includes(secret)), []);
    }
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});
