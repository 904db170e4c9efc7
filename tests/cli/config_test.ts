/**
 * Where values come from: flag, else environment, else config file, else default.
 *
 * @module
 */

import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { applyEnvironment, nameVariables } from "../../cli/environment.ts";
import { loadCommand } from "../../cli/load_command.ts";
import { build } from "../../cli/program.ts";
import { assert, assertEquals } from "../assert.ts";
import { chat, type Ran, startChat } from "./program.ts";

/** Runs with a config file of this text. */
async function withConfig<T>(text: string, run: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, text);
    return await run(path);
  } finally {
    await Deno.remove(path);
  }
}

/** The host on which a server listens when started with these. */
function listeningHost(args: string[], env: Record<string, string>): Promise<string | undefined> {
  return withConfig(
    `{ // a comment
      "host": "127.0.0.3", "port": 0,
    }`,
    async (path) => {
      await using server = startChat(["serve", ...args], { CHAT_CONFIG: path, ...env });
      return (await server.line())?.match(/^listening on (.*):\d+$/)?.[1];
    },
  );
}

Deno.test("the config file gives what neither flag nor environment gave", async () => {
  assertEquals(await listeningHost([], {}), "127.0.0.3");
});

Deno.test("the environment beats the config file", async () => {
  assertEquals(await listeningHost([], { CHAT_HOST: "127.0.0.2" }), "127.0.0.2");
});

Deno.test("a flag beats the environment", async () => {
  const host = await listeningHost(["--host", "127.0.0.1"], { CHAT_HOST: "127.0.0.2" });
  assertEquals(host, "127.0.0.1");
});

const WRONG: readonly (readonly [text: string, says: string])[] = [
  [`{"prt": 1}`, "there is no option 'prt'"],
  [`{"port": "x"}`, `'port' cannot be "x": A port is a whole number`],
  [`{"log": "loud"}`, `'log' cannot be "loud"`],
  [`{"anonymous": "yes"}`, "It must be true or false."],
  [`{\n"port": 1,\n"host" }`, "line 3: ColonExpected"],
  [`[]`, "it must hold one object"],
  [`{"host": {"a": 1}}`, `'host' cannot be {"a":1}: It must be a text or a number.`],
  [`{"exempt": [true]}`, "It must be a text or a number."],
  [`"${"x".repeat(1 << 20)}"`, "it has more than 1048576 bytes"],
];
for (const [text, says] of WRONG) {
  Deno.test(`a config file of ${JSON.stringify(text)} is refused with a sentence`, async () => {
    const run = (path: string): Promise<Ran> => chat(["serve"], { env: { CHAT_CONFIG: path } });
    const { code, err } = await withConfig(text, run);
    assertEquals(code, 2);
    assert(err.includes(says), `"${says}" is missing in: ${err}`);
  });
}

Deno.test("chat config prints a file that is accepted as it stands and with every line in force", async () => {
  const { out } = await chat(["config"]);
  assert(out.includes(`// "port": 8080,`), out);
  const inForce = out
    .split("\n")
    .filter((line) => !line.includes("…"))
    .map((line) => line.replace(/^ {2}\/\/ (?=")/, "  "))
    .join("\n");
  for (const text of [out, inForce]) {
    const { code, err } = await withConfig(
      text,
      (path) => chat(["send"], { env: { CHAT_CONFIG: path } }),
    );
    // Nothing to send is where `send` stops by itself; the file was read before.
    assertEquals(err, "chat: There is nothing to send: standard input was empty.\n");
    assertEquals(code, 1);
  }
});

Deno.test("the list of commands says the same of one that is only listed as of one that is loaded", async () => {
  const [listed, loaded] = [
    await build(() => false, loadCommand),
    await build(() => true, loadCommand),
  ];
  assertEquals(listed.helpInformation(), loaded.helpInformation());
});

Deno.test("every option of every command has a variable, and help names it", async () => {
  const program = await build(() => true, loadCommand);
  const bare = [...commandsBelow(program)].flatMap((command) =>
    command.options.filter(({ negate, envVar }) => !negate && envVar === undefined)
      .map(({ flags }) => `${command.name()} ${flags}`)
  );
  // The library adds it after all others.
  assertEquals(bare.filter((name) => !name.startsWith("completions ")), []);
  const { out } = await chat(["serve", "--help"]);
  assert(out.includes("env: CHAT_ANONYMOUS"), out);
});

Deno.test("a switch from the environment is on or off, a list is cut at commas, and a flag wins", () => {
  const given = (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const root = new Command();
    const command = root.command("try").option("--loud").option("-r, --room <room...>", "", []);
    command.addOption(new Option("--top <n>").argParser(Number));
    command.action(() => {});
    nameVariables(root as CommandUnknownOpts);
    root.parse(["try", ...args], { from: "user" });
    applyEnvironment(command as CommandUnknownOpts, (name) => env[name]);
    return command.opts() as unknown;
  };
  const env = { CHAT_LOUD: "yes", CHAT_ROOM: "dev, ops", CHAT_TOP: "5" };
  assertEquals(given([], env), { loud: true, room: ["dev", "ops"], top: 5 });
  assertEquals(given(["--room", "x", "--top", "7"], { ...env, CHAT_LOUD: "0" }), {
    loud: false,
    room: ["x"],
    top: 7,
  });
  assertEquals(given([], {}), { room: [] });
});

Deno.test("a variable that is neither on nor off is refused with a sentence", async () => {
  const { code, err } = await chat(["serve"], { env: { CHAT_ANONYMOUS: "maybe" } });
  assertEquals([code, err], [2, "chat: CHAT_ANONYMOUS cannot be 'maybe': It must be 1 or 0.\n"]);
});

function* commandsBelow(parent: CommandUnknownOpts): Generator<CommandUnknownOpts> {
  for (const command of parent.commands) {
    yield command;
    yield* commandsBelow(command);
  }
}

Deno.test("a config file without an end, or that nobody writes to, is not waited for", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const fifo = `${folder}/fifo`;
    await new Deno.Command("mkfifo", { args: [fifo] }).output();
    for (const path of ["/dev/zero", fifo]) {
      const { code, err } = await chat(["send", "x"], { env: { CHAT_CONFIG: path } });
      assertEquals(
        [code, err],
        [2, `chat: The config file ${path} is wrong: it is no regular file.\n`],
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
