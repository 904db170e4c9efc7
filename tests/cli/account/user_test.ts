/**
 * `chat user` beside a running server: real processes and a real server.
 *
 * @module
 */

import { erasedText, foundText } from "../../../cli/account/erase_text.ts";
import { readUsers } from "../../../cli/account/users_file.ts";
import { connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { terminalTest, Tmux } from "../tty/tmux.ts";
import { Machine } from "./machine.ts";

const PASSWORD = "correct horse battery";
const TOKEN = "the operator's token of this test";
const OPERATOR = { CHAT_OPERATOR_TOKEN: TOKEN };

Deno.test("an operator lists, adds, changes and removes accounts", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  const user = (args: readonly string[], env: Record<string, string> = {}) =>
    machine.run(["user", ...args], { ...OPERATOR, ...env });
  assertEquals((await user(["list"])).out, "There are no accounts.\n");
  const added = await user(["add", "Anna"], { CHAT_PASSWORD: PASSWORD });
  assertEquals([added.code, added.err, added.out], [0, "", "Anna has an account now.\n"]);
  const twice = await user(["add", "anna"], { CHAT_PASSWORD: PASSWORD });
  assert(twice.code === 1 && twice.err.includes("has an account already"), twice.err);

  await using anna = connect({ port: server.port, name: "Anna", password: PASSWORD });
  await anna.online();
  const [listed] = (await user(["list", "--json"])).out.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals([listed.name, listed.role, listed.devices, listed.online], [
    "Anna",
    "user",
    1,
    true,
  ]);
  assertEquals((await user(["role", "Anna", "operator"])).code, 0);
  assert((await user(["list"])).out.includes("operator"));

  const another = "another password";
  assertEquals((await user(["passwd", "Anna"], { CHAT_PASSWORD: another })).code, 0);
  const unsure = await user(["remove", "Anna"]);
  assertEquals([unsure.code, unsure.err], [1, "chat: Nothing was done: give --yes.\n"]);
  assertEquals((await user(["remove", "Anna", "--yes"])).code, 0);
  assertEquals((await user(["list"])).out, "There are no accounts.\n");
  assert([...machine.files()].length === 0, "nothing is kept of an operator");
});

Deno.test("who takes an operator's right away is told which hooks and invitations of his stay", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  const user = (args: readonly string[], env: Record<string, string> = {}) =>
    machine.run(["user", ...args], { ...OPERATOR, ...env });
  await user(["add", "Eve", "--role", "operator"], { CHAT_PASSWORD: PASSWORD });
  {
    await using eve = connect({ port: server.port, name: "Eve", password: PASSWORD });
    await eve.online();
    await eve.hooks.add({ name: "ci", room: "lobby" });
    const { invitation: { id } } = await eve.invitations.add({ uses: 2 });
    const stays = `What eve made stays: the hook 'ci', the invitation ${id}. ` +
      "'chat hook remove' and 'chat invite revoke' take it away.\n";
    const { code, out, err } = await user(["role", "eve", "user"]);
    assertEquals([code, out, err], [0, "eve is a user now.\n", stays]);
  }
  assertEquals((await machine.run(["hook", "remove", "ci"], OPERATOR)).code, 0);
  const { code, err } = await user(["remove", "Eve", "--yes"]);
  assert(code === 0 && /^What Eve made stays: the invitation \S+\. /.test(err), err);
});

Deno.test("nobody in any room sees an operator's commands, or a login and logout from the command line, come and go", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  await using ben = await server.frames("Ben");
  const run = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { code, err } = await machine.run(args, { ...OPERATOR, ...env });
    assertEquals([code, err], [0, ""]);
  };
  await run(["user", "add", "Anna"], { CHAT_PASSWORD: PASSWORD });
  await run(["user", "role", "Anna", "operator"]);
  await run(["ban", "list"]);
  await run(["login", "--name", "Anna", `127.0.0.1:${server.port}`], { CHAT_PASSWORD: PASSWORD });
  // As an account with that role, without the token.
  await run(["user", "list"], { CHAT_OPERATOR_TOKEN: "" });
  await run(["logout", `127.0.0.1:${server.port}`]);
  assertEquals(server.events.filter(({ kind }) => kind === "joined").length, 7);
  await ben.expectNothing();
});

Deno.test("an operator erases an account, hears what went and what is kept, and only with --yes where nobody can be asked", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  const user = (...args: readonly string[]) => machine.run(["user", ...args], OPERATOR);
  {
    await using anna = connect({ port: server.port, name: "Anna" });
    await anna.online();
    await anna.accounts.register(PASSWORD);
    await anna.say("one");
    await anna.say("two");
  }
  const unsure = await user("erase", "Anna");
  assertEquals([unsure.code, unsure.err], [1, "chat: Nothing was done: give --yes.\n"]);
  const { code, out, err } = await user("erase", "Anna", "--yes");
  assertEquals([code, err], [0, ""]);
  const gone =
    "'Anna' is erased: the account with 1 device, 2 messages in 1 room and 0 whispers to 0 people.";
  assert(out.startsWith(gone) && out.includes("Still kept:") && out.includes("backups"), out);
  const twice = await user("erase", "Anna", "--yes");
  assertEquals([twice.code, twice.err], [1, "chat: There is no account of that name.\n"]);
  await using eve = connect({ port: server.port, name: "Eve" });
  const { messages } = await eve.history();
  assertEquals(messages.map(({ from, content }) => [from, content]), [["-", ""], ["-", ""]]);
});

terminalTest("who is asked whether somebody is to be erased says yes, and he is", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  {
    await using anna = connect({ port: server.port, name: "Anna" });
    await anna.online();
    await anna.accounts.register(PASSWORD);
    await anna.say("one");
  }
  await using terminal = await Tmux.open(120, 24);
  const root = new URL("../../..", import.meta.url).pathname;
  const env = Object.entries({ ...machine.env, ...OPERATOR, CHAT_CONFIG: "/nonexistent" })
    .map(([name, value]) => `${name}="${value}"`).join(" ");
  await terminal.enter(`cd ${root} && clear`);
  const erase = `${env} ${Deno.execPath()} task -q chat user erase Anna`;
  await terminal.enter(erase);
  await terminal.untilRow(/^Erase 'Anna'\? Nobody can take that back\. \[y\/N\]/);
  await terminal.enter("n");
  await terminal.untilRow(/^chat: Nothing was done\.$/);
  // The question that was answered must be gone before the next one is waited for.
  await terminal.enter("clear; echo once more");
  await terminal.untilRow(/^once more$/);
  await terminal.enter(erase);
  await terminal.untilRow(/^Erase 'Anna'\? Nobody can take that back\. \[y\/N\]/);
  await terminal.enter("y");
  await terminal.untilRow(/^'Anna' is erased: the account with 1 device, 1 message in 1 room/);
});

Deno.test("what is erased and what is kept is told in sentences, and a name cannot steer a terminal", () => {
  const report = { devices: 2, messages: 1_234, rooms: 3, whispers: 1, people: 1, audit: 0 };
  assertEquals(
    foundText({ username: "An\x1b[2Jna", ...report }).includes("\x1b"),
    false,
  );
  const text = erasedText({ username: "Anna", done: true, ...report, audit: 2, people: 5 });
  assert(text.includes("1,234 messages in 3 rooms and 1 whisper to 5 people."), text);
  assert(text.includes("2 records of what moderators did"), text);
  assert(!erasedText({ username: "Anna", ...report }).includes("records of what"));
});

Deno.test("who is no operator gets one sentence", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  for (
    const [env, says] of [
      [{ CHAT_DATA: machine.path }, "Only an operator may do this"],
      [{ CHAT_OPERATOR_TOKEN: "the token of another server" }, "is not that of the server"],
    ] as const
  ) {
    const { code, out, err } = await machine.run(["user", "list"], env);
    assertEquals([code, out], [1, ""], err);
    assert(err.includes(says) && err.trim().split("\n").length === 1, err);
  }
});

Deno.test("a file of users is taken as a whole or not at all", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  const file = `${machine.path}/users.jsonl`;
  const lines = [{ username: "Anna", password: PASSWORD }, { username: "Ben" }]
    .map((user) => JSON.stringify(user)).join("\n");
  await Deno.writeTextFile(file, `${lines}\nnonsense\n`);
  const wrong = await machine.run(["user", "add", "--from", file], OPERATOR);
  assertEquals([wrong.code, wrong.out], [1, ""]);
  assertEquals(
    wrong.err,
    "Line 3: it is no JSON.\nchat: Nothing was done: 1 line cannot be taken.\n",
  );
  assertEquals((await machine.run(["user", "list"], OPERATOR)).out, "There are no accounts.\n");
  await Deno.writeTextFile(file, lines);
  const { code, out } = await machine.run(["user", "add", "--from", file], OPERATOR);
  assertEquals(code, 0);
  const { username, password } = JSON.parse(out);
  assertEquals(username, "Ben");
  await using ben = connect({ port: server.port, name: "Ben", password });
  assertEquals((await ben.online()).account, true);
});

Deno.test("each line that cannot be taken gets a sentence, and none repeats a password", () => {
  const rows = [
    ['{"username":"anna","password":"long enough"}', undefined],
    ["", undefined],
    ["[]", "it is no JSON object."],
    ['{"password":"long enough"}', '"username" is missing.'],
    ['{"username":"ben","password":1}', '"password" must be a text.'],
    ['{"username":"ben","role":"king"}', '"role" must be'],
    ['{"username":"ben","password":"s3cret"}', "must have 8 to 256 characters."],
    ['{"username":"benjamin","password":"Benjamin"}', "cannot be the name itself."],
    ['{"username":"ANNA"}', "stands in line 1 already."],
    ['{"username":"Carl"}', "has an account already."],
    ['{"username":"dora","hash":"$argon2id$v=19$m=19456"}', '"hash" is not known'],
    ['{"username":"emil","passwort":"long enough"}', '"passwort" is not known'],
    ['{"username":"Server"}', ""],
  ] as const;
  const { users, wrong } = readUsers(rows.map(([row]) => row).join("\r\n"), ["carl"]);
  assertEquals(users[0]?.name, "anna");
  const expected = rows.flatMap(([, says], index) => says === undefined ? [] : [[index + 1, says]]);
  assertEquals(wrong.length, expected.length, wrong.join("\n"));
  for (const [index, [line, says]] of expected.entries()) {
    assert(wrong[index]?.startsWith(`Line ${line}: `), wrong[index]);
    assert(wrong[index]?.includes(`${says}`), wrong[index]);
  }
  assert(!wrong.join().includes("s3cret"));
});

Deno.test("names that look alike are found in a file before anything is done, and a mark of the byte order is none of its words", () => {
  const rows = ["lena", "Iena", "copa", "\u0441\u043e\u0440\u0430", "R00t"];
  const text = rows.map((username) => JSON.stringify({ username })).join("\n");
  const { users, wrong } = readUsers(`\ufeff${text}`, ["Root"]);
  assertEquals(users.map(({ name }) => name), rows);
  assertEquals(wrong, [
    "Line 2: 'Iena' looks like 'lena', which stands in line 1 already.",
    "Line 4: '\u0441\u043e\u0440\u0430' looks like 'copa', which stands in line 3 already.",
    "Line 5: 'R00t' looks like 'Root', which has an account already.",
  ]);
});

Deno.test("a file of users that does not end is refused, and fills no memory", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using machine = new Machine(server.port);
  const { code, err } = await machine.run(["user", "add", "--from", "/dev/zero"], OPERATOR);
  assertEquals([code, err], [1, "chat: /dev/zero has more than 16777216 bytes.\n"]);
});
