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

Deno.test("every switch of every command is off for 0, also one that names its variable itself", async () => {
  for (const command of commandsBelow(await build(() => true, loadCommand))) {
    for (const option of command.options.filter((option) => option.isBoolean() && option.envVar)) {
      // What commander makes of any text.
      command.setOptionValueWithSource(option.attributeName(), true, "env");
      applyEnvironment(command, (name) => name === option.envVar ? "0" : undefined);
      const value: unknown = command.getOptionValue(option.attributeName());
      assertEquals(value, false, `${command.name()} ${option.flags}`);
    }
  }
  const { code, err } = await chat(["send"], { env: { CHAT_CONNECT_TLS: "maybe" } });
  assertEquals([code, err], [2, "chat: CHAT_CONNECT_TLS cannot be 'maybe': It must be 1 or 0.\n"]);
});

function* commandsBelow(parent: CommandUnknownOpts): Generator<CommandUnknownOpts> {
  for (const command of parent.commands) {
    yield command;
    yield* commandsBelow(command);
  }
}

Deno.test("the example of a config file is made as its help says, and what follows goes on", async () => {
  const { out: help } = await chat(["config", "--help"]);
  const line = /^ {2}(mkdir -p .*config\.json)$/m.exec(help)?.[1] ?? "";
  const home = await Deno.makeTempDir();
  try {
    const path = `${home}/.config/chat/config.json`;
    // The shell makes the file, before `chat` runs.
    await Deno.mkdir(`${home}/.config/chat`, { recursive: true });
    await Deno.writeTextFile(path, "");
    assert(line.endsWith("chat config > ~/.config/chat/config.json"), help);
    const { code, out, err } = await chat(["config"], { env: { CHAT_CONFIG: path } });
    assertEquals([code, err], [0, ""]);
    const sent = await chat(["send"], { env: { CHAT_CONFIG: path } });
    assertEquals(sent.err, "chat: There is nothing to send: standard input was empty.\n");
    await Deno.writeTextFile(path, out);
    assertEquals((await chat(["config"], { env: { CHAT_CONFIG: path } })).out, out);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("a config file that is wrong stops neither its example nor the doctor, who says so", async () => {
  for (
    const [text, says] of [WRONG[0], WRONG[1], WRONG[4]].flatMap((wrong) =>
      wrong === undefined ? [] : [wrong]
    )
  ) {
    const [example, found] = await withConfig(text, (path) => {
      const env = { CHAT_CONFIG: path };
      return Promise.all([chat(["config"], { env }), chat(["doctor", "--json"], { env })]);
    });
    assertEquals(example.code, 0, example.err);
    assertEquals(found.code, 77, found.err);
    const findings: { what: string; state: string; text: string }[] = JSON.parse(found.out);
    const config = findings.find(({ what }) => what === "config");
    assert(config?.state === "no" && config.text.includes(says), JSON.stringify(config));
  }
});

Deno.test("a path in the config file, the environment or a flag may begin with the home directory", async () => {
  const home = await Deno.makeTempDir();
  const given = (command: string[], env: Record<string, string>, text = "{}") =>
    withConfig(text, async (path) => {
      const ran = await chat(command, { env: { CHAT_CONFIG: path, HOME: home, ...env } });
      return ran.err;
    });
  try {
    const says = await given(["db", "stat"], {}, `{"data": "~/kept"}`);
    assert(says.includes(`${home}/kept`), says);
    assertEquals(await given(["db", "stat"], { CHAT_DATA: "~/kept" }), says);
    assertEquals(await given(["db", "stat", "--data=~/kept"], {}), says);
    assert((await given(["db", "stat", "--data", "./~/kept"], {})).includes(" ./~/kept"));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("a value that one command takes suits each other one that has the option", async () => {
  const texts = ["500M", "64KiB", "1000000", "20", "0.5", "2d", "localhost:9000", "chats://x", "x"];
  const program = await build(() => true, loadCommand);
  const taking = new Map<string, Map<string, string>>();
  for (const command of commandsBelow(program)) {
    for (const option of command.options) {
      // What has choices of its own says which of several commands is meant.
      if (!option.envVar || option.isBoolean() || option.argChoices !== undefined) continue;
      const takes = texts.filter((text) => takesText(option, text)).join(" ");
      const commands = taking.get(option.name()) ?? new Map<string, string>();
      taking.set(option.name(), commands.set(takes, command.name()));
    }
  }
  const unlike = [...taking].filter(([name, { size }]) => size > 1 && !MEANS_ANOTHER.has(name));
  assertEquals(unlike.map(([name, commands]) => [name, ...commands]), []);
});

/** Options whose name means one thing to one command and something else to another. */
const MEANS_ANOTHER: ReadonlySet<string> = new Set(["duration", "from"]);

function takesText(option: Option, text: string): boolean {
  try {
    option.parseArg?.(text, undefined as never);
    return true;
  } catch {
    return false;
  }
}

Deno.test("chat serve takes sizes with units, as clients do", async () => {
  await withConfig(`{"max-file": "500M", "max-frame": "64KiB", "port": 0}`, async (path) => {
    await using server = startChat(["serve"], { CHAT_CONFIG: path });
    const line = await server.line();
    assert(line?.startsWith("listening on "), line ?? "nothing");
  });
});

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
