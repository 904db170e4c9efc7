/**
 * `chat service`: what it shows, what it writes, and what the units allow.
 *
 * @module
 */

import { Failure } from "../../../cli/failure.ts";
import { installing, removing, type Step, stepText } from "../../../cli/service/plan.ts";
import { isRunning, readUnits, statusText } from "../../../cli/service/status.ts";
import { ownProgram } from "../../../cli/service/system.ts";
import { UNITS } from "../../../cli/service/units.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { testWith } from "../../skips.ts";
import { namesIn } from "../db_stores.ts";
import { chat } from "../program.ts";

const root = new URL("../../..", import.meta.url).pathname;

/** As it is started from here. */
const MAIN = `file://${root}cli/main.ts`;

/** The most that `systemd-analyze security` may leave open, in tenths, of a hundred. */
const EXPOSURE_MAX = 20;

async function output(command: string, ...args: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

function unitOf(steps: readonly Step[], name: string): string {
  const step = steps.find((step) => step.kind === "write" && step.path.endsWith(`/${name}`));
  return step?.kind === "write" ? step.text : "";
}

Deno.test("the units in docs are those that are installed", async () => {
  const steps = installing(ownProgram("chat", "", MAIN));
  for (const unit of UNITS) {
    assertEquals(await Deno.readTextFile(`${root}docs/${unit}`), unitOf(steps, unit), unit);
  }
});

testWith(
  ["systemd-analyze"],
  "systemd finds no fault with the units, and little that they leave open",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      for (const unit of UNITS) {
        const text = await Deno.readTextFile(`${root}docs/${unit}`);
        // Here is no such program, which is no fault of the unit.
        await Deno.writeTextFile(
          `${folder}/${unit}`,
          text.replaceAll("/usr/local/lib/chat/deno", "/bin/true"),
        );
      }
      const paths = UNITS.map((unit) => `${folder}/${unit}`);
      assertEquals(await output("systemd-analyze", "verify", ...paths), { code: 0, text: "" });
      for (const path of paths.filter((path) => path.endsWith(".service"))) {
        const security = ["security", "--offline=true", `--threshold=${EXPOSURE_MAX}`, path];
        const { code, text } = await output("systemd-analyze", ...security);
        assertEquals(code, 0, text.trim().split("\n").at(-1));
      }
      // It can tell.
      const lax = `${folder}/lax.service`;
      await Deno.writeTextFile(lax, "[Service]\nExecStart=/bin/true\n");
      const security = ["security", "--offline=true", `--threshold=${EXPOSURE_MAX}`, lax];
      assert((await output("systemd-analyze", ...security)).code !== 0);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("installing shows each step first, and a dry run is all that it does", async () => {
  const { code, out, err } = await chat(["service", "install", "--dry-run", "--user", "talk"]);
  assertEquals([code, err], [0, ""]);
  const steps = installing(ownProgram("talk", "", MAIN));
  assertEquals(out, steps.map((step) => `${stepText(step)}\n`).join(""));
  assertEquals(steps.at(-1)?.kind, "run");
  const removed = await chat(["service", "remove", "--dry-run"]);
  assertEquals(removed.out, removing("").map((step) => `${stepText(step)}\n`).join(""));
  const kept = /remove (?:\/var\/(?:lib|backups)\/chat|\/etc\/chat)/;
  assert(!kept.test(removed.out), removed.out);
});

Deno.test("what is installed runs from where it is, and goes again; what was configured stays", async () => {
  const image = await Deno.makeTempDir();
  try {
    const program = `${image}/usr/local/lib/chat`;
    for (const _ of [1, 2]) {
      const { code, err } = await chat(["service", "install", "--root", `${image}/`]);
      assertEquals([code, err], [0, ""]);
    }
    const { flags, entry } = ownProgram("chat", image, MAIN);
    const here = flags.map((flag) => flag.replace(/^(?=\/)/, image));
    const { stdout } = await new Deno.Command(`${program}/deno`, {
      args: ["run", ...here, `${program}/${entry}`, "db", "stat", image],
      env: { CHAT_CONFIG: `${image}/etc/chat/config.json` },
      stderr: "piped",
    }).output().then(({ stderr }) => ({ stdout: new TextDecoder().decode(stderr) }));
    assertEquals(stdout, `chat: There is no store in ${image}.\n`);
    assertEquals((await Deno.stat(`${program}/cli/main.ts`)).mode ?? 0, 0o100644);
    await Deno.writeTextFile(`${image}/etc/chat/config.json`, `{"port": 9000}`);
    await chat(["service", "install", "--root", image]);
    assertEquals(await Deno.readTextFile(`${image}/etc/chat/config.json`), `{"port": 9000}`);
    const removed = await chat(["service", "remove", "--root", image]);
    assertEquals([removed.code, removed.err], [0, ""]);
    assertEquals(namesIn(`${image}/etc/systemd/system`), []);
    assertEquals(namesIn(`${image}/usr/local/lib`), []);
  } finally {
    await Deno.remove(image, { recursive: true });
  }
});

Deno.test("what root keeps to itself by its umask, the service can read all the same", async () => {
  const image = await Deno.makeTempDir();
  const before = Deno.umask(0o077);
  try {
    const { code, err } = await chat(["service", "install", "--root", image]);
    assertEquals([code, err], [0, ""]);
  } finally {
    Deno.umask(before);
  }
  try {
    const modeOf = (path: string) => (Deno.statSync(`${image}/${path}`).mode ?? 0) & 0o777;
    assertEquals(["etc", "etc/chat", "usr/local/lib/chat"].map(modeOf), [0o755, 0o755, 0o755]);
    const files = ["etc/chat/config.json", "etc/systemd/system/chat.service"];
    assertEquals(files.map(modeOf), [0o644, 0o644]);
  } finally {
    await Deno.remove(image, { recursive: true });
  }
});

Deno.test("what lies where the copy goes and is none is neither replaced nor removed, a checkout least of all", async () => {
  const image = await Deno.makeTempDir();
  try {
    const place = `${image}/usr/local/lib/chat`;
    await Deno.mkdir(`${place}/.git`, { recursive: true });
    for (const what of ["install", "remove"]) {
      const { code, out, err } = await chat(["service", what, "--root", image]);
      assertEquals([code, out], [1, ""], what);
      assert(err.startsWith(`chat: ${place} is no copy that 'chat service install' has made`), err);
    }
    assertEquals(namesIn(place), [".git"]);
    assertEquals(namesIn(`${image}/usr/local/lib`), ["chat"]);
  } finally {
    await Deno.remove(image, { recursive: true });
  }
});

Deno.test("the copy that runs is replaced by one that is whole, and can be the one that installs", async () => {
  const image = await Deno.makeTempDir();
  try {
    const lib = `${image}/usr/local/lib`;
    assertEquals((await chat(["service", "install", "--root", image])).code, 0);
    const again = ["run", "--quiet", "-A", "--config", `${lib}/chat/deno.json`];
    const args = [...again, `${lib}/chat/cli/main.ts`, "service", "install", "--root", image];
    assertEquals(await output(`${lib}/chat/deno`, ...args).then(({ code }) => code), 0);
    assert(namesIn(`${lib}/chat`).includes("deno"));
    // What is to be copied is not there: so the old copy stays.
    await Deno.remove(`${lib}/chat/LICENSE`);
    assertEquals(await output(`${lib}/chat/deno`, ...args).then(({ code }) => code), 1);
    assert(namesIn(`${lib}/chat/cli`).includes("main.ts"));
  } finally {
    await Deno.remove(image, { recursive: true });
  }
});

Deno.test("an image's root that nobody has named is not this machine", async () => {
  for (const root of ["", "/", "//"]) {
    for (const what of ["install", "remove"]) {
      const { code, out } = await chat(["service", what, "--dry-run", "--root", root]);
      assertEquals([code, out], [2, ""], root);
    }
  }
});

Deno.test("the packed program installs itself as its one file, and what came from no file does not", () => {
  const packed = ownProgram("chat", "", "file:///home/ann/my%20chat.js#keeper_thread");
  assertEquals(packed.files, [{ from: "/home/ann/my chat.js", to: "chat.js" }]);
  const unit = unitOf(installing(packed), "chat.service");
  const [, command = ""] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
  assert(command.endsWith(" /usr/local/lib/chat/chat.js serve"), command);
  assert(!command.includes("deno.json"), command);
  assertThrows(() => ownProgram("chat", "", "https://chat.example/chat.js"), Failure);
});

Deno.test("where no systemd runs, that is said in a sentence", async () => {
  const hasSystemd = await Deno.stat("/run/systemd/system").then(() => true, () => false);
  if (hasSystemd) return;
  for (const what of ["install", "remove", "status"]) {
    const { code, out, err } = await chat(["service", what]);
    assertEquals([code, out], [77, ""]);
    assert(err.startsWith("chat: systemd does not run this machine"), err);
  }
});

Deno.test("a name that is no user's is refused, and none gets into a command", async () => {
  for (const name of ["root", "a b", "-x", "A", "$(id)", ""]) {
    const { code } = await chat(["service", "install", "--dry-run", "--user", name]);
    assertEquals(code, 2, name);
  }
});

Deno.test("status says of each unit how it stands, and whether the server runs", () => {
  const text = `Id=chat.service
LoadState=loaded
ActiveState=active
SubState=running
MainPID=71
MemoryCurrent=77000000
NRestarts=0
StatusText=Listening on 127.0.0.1:8080
ActiveEnterTimestamp=Sat 2026-11-28 02:00:00 UTC
Result=success

Id=chat-backup.timer
LoadState=loaded
ActiveState=active
SubState=waiting
MemoryCurrent=[not set]
NextElapseUSecRealtime=Sun 2026-11-29 03:41:07 UTC
Result=success
`;
  const units = readUnits(text);
  assertEquals(isRunning(units), true);
  assertEquals(
    statusText(units),
    `chat.service         active (running), since Sat 2026-11-28 02:00:00 UTC, process 71, 77 MB of memory, Listening on 127.0.0.1:8080
chat-backup.timer    active (waiting), next Sun 2026-11-29 03:41:07 UTC
`,
  );
  const failed = readUnits(
    text.replace("ActiveState=active", "ActiveState=failed").replace("=success", "=watchdog"),
  );
  assertEquals(isRunning(failed), false);
  assert(statusText(failed).includes("last result: watchdog"), statusText(failed));
  const none = "chat.service         not installed\n";
  assertEquals(statusText(readUnits("Id=chat.service\nLoadState=not-found")), none);
});
