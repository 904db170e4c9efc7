/**
 * docs/recipes.md tells the truth: its programs and command lines are taken out of it and run against the real server.
 *
 * What sets up a service is typed on a machine of its own (`tests/cli/service/systemd_test.ts`), what goes over ssh where there is an
 * sshd (`ssh_test.ts`).
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { BadNetwork } from "../bad_network.ts";
import { RawClient } from "../harness.ts";
import { testWith } from "../skips.ts";
import { until } from "../within.ts";
import { hears, listens, stage } from "./stage.ts";

/** Sections that are not typed here, but looked at. */
const ELSEWHERE = ["Over ssh", "service-backup", "service-restore"];

const BOTS = [
  ["In shell", "bash", "upbot", "!uptime", /^upbot: up /],
  ["In Python", "python", "clock", "!time", /^clock: It is \d\d:\d\d\.$/],
  ["In TypeScript", "ts", "dice", "!dice", /^dice: [1-6]$/],
] as const;

testWith(
  ["bash", "jq", "curl", "python3", "setsid"],
  "what docs/recipes.md shows is so when it is typed",
  async (t) => {
    await using here = await stage();
    const { shell, home } = here;
    here.texts("");

    for (const [section, language, name, question, answer] of BOTS) {
      await t.step(`a bot that answers: ${section.toLowerCase()}`, async () => {
        const [program = ""] = here.texts(section, language);
        assert(program.trimEnd().split("\n").length < 100, "It is short");
        await using ann = await here.ann();
        await shell.typeAll(here.texts(section).join(""));
        await hears(ann, new RegExp(`^\\[Server\\] ${name} has joined\\.$`));
        await ann.write(`${question}\n`);
        await hears(ann, answer);
        await shell.type("kill %% && wait %%");
        await hears(ann, new RegExp(`^\\[Server\\] ${name} has left\\.$`));
      });
    }

    await t.step(
      "the bot in Python answers each question once over a network that breaks",
      async () => {
        const pieces = (connection: number) => connection < 2 ? 3 + connection : undefined;
        await using network = new BadNetwork(here.port, { pieces });
        await using ann = await here.ann();
        await shell.type(`python3 answer.py localhost ${network.port} clock &`);
        await hears(ann, /^\[Server\] clock has joined\.$/);
        // Its answer breaks the connection; the others are asked while it is away.
        await ann.write("!time\n");
        await hears(ann, /^\[Server\] clock has left\.$/);
        for (let asked = 1; asked < 5; asked++) await ann.write("!time\n");
        for (let heard = 0; heard < 5; heard++) await hears(ann, /^clock: It is/);
        assert(network.broken > 0, "The network broke");
        // What was said twice would be there before the answer to another question.
        await ann.write("!time\n");
        await hears(ann, /^clock: It is/);
        await shell.type("kill %% && wait %%");
        const replies = await shell.type(
          "chat db dump --room lobby | jq 'select(.body.from == \"clock\") | .body.reply' | sort | uniq -d",
        );
        assertEquals(replies, []);
      },
    );

    await t.step("cron's lines work with what cron gives them", async () => {
      const [table = ""] = here.texts("Cron", "crontab");
      const rows = table.replaceAll("chats://chat.example.org", `127.0.0.1:${here.port}`)
        .replaceAll("/home/ben", home).trim().split("\n").filter((row) => !row.startsWith("#"));
      const settings = rows.filter((row) => /^\w+=/.test(row));
      const commands = rows.filter((row) => !settings.includes(row))
        .map((row) => row.replace(/^(?:\S+ +){5}/, "").replaceAll("\\%", "%"));
      assertEquals(commands.length, 2);
      for (const command of commands) {
        const script = command.replace("nginx", "no-such-program");
        await Deno.writeTextFile(`${home}/cron`, script);
        const cron = `env -i HOME=$HOME LOGNAME=ben SHELL=/bin/sh DENO_DIR=$DENO_DIR`;
        assertEquals(await shell.type(`${cron} ${settings.join(" ")} /bin/sh cron; echo $?`), [
          "0",
        ]);
      }
      const said = await shell.type("chat db dump --room ops | jq -r '.body.from // empty'");
      assertEquals(said, ["disk", "watch"]);
      const bare = await shell.type("env -i HOME=$HOME PATH=/usr/bin:/bin /bin/sh cron; echo $?");
      assert(bare.join("").includes("chat"), "Without its PATH, cron finds no chat");
      assertEquals(bare.at(-1), "127");
    });

    await t.step("a webhook in, and out again, signed", async () => {
      await shell.typeAll(here.texts("Words in by a webhook").join(""));
      here.texts("Words out by a webhook", "python");
      const log = async () => {
        const text = await Deno.readTextFile(`${home}/apart.log`);
        return text.split("\n").filter((row) => row.includes(" in ops: "));
      };
      await shell.typeAll(
        here.texts("Words out by a webhook").join(""),
        () => until("a receiver", () => listens(Number(shell.here("9000")))),
      );
      await until("what was posted", async () => (await log()).length > 0);
      assertEquals(await log(), ["Anna in ops: !deploy web"]);
      await shell.type("kill %%");
    });

    await t.step("words are found again: by who runs the server, and by others", async () => {
      const [asOperator = "", byAll = ""] = here.texts("Search");
      here.texts("Search", "ts");
      await shell.typeAll(asOperator);
      await shell.typeAll(byAll);
    });

    await t.step("all of it is exported, and found by grep", async () => {
      await shell.typeAll(here.texts("Export").join(""));
      assertEquals(await shell.type("stat -c %a chat.jsonl"), ["600"]);
    });

    await t.step("a backup is restored, and a new version is tried on a copy", async () => {
      await shell.typeAll(here.texts("Backup and restore").join(""));
      const [git = "", copy = ""] = here.texts("Upgrade without fear");
      assert(git.startsWith("$ git fetch --tags"), git);
      await shell.typeAll(copy);
      const said = async () => await Deno.readTextFile(`${home}/apart.log`);
      await until("a second server", async () => /^listening on /m.test(await said()));
    });

    await t.step("what was said is taken back", async () => {
      const [dialogue = ""] = here.texts("Take back what was said");
      const [, name = "", said = "", gone = "", heard = ""] = dialogue.trimEnd().split("\n");
      await using anna = await RawClient.connect(here.port);
      await anna.write(`${name}\n`);
      await anna.expectNothing();
      await anna.write(`${said}\n${gone}\n`);
      await anna.expectLines(heard);
      const left = await shell.type(`chat db dump | grep -c '${said}'`);
      assertEquals(left, ["0"]);
      assert((await shell.type("chat db stat")).some((row) => row.startsWith("erases ")));
    });

    await t.step("nothing stands on the page that nobody looked at", () => {
      const left = here.left.filter(({ section, language }) =>
        !ELSEWHERE.includes(language || section)
      );
      assertEquals(left, []);
    });
  },
);
