/**
 * Who takes profiles does no harm to whom it profiles: whatever goes wrong is told.
 *
 * @module
 */

import { ProfileFile } from "../../../cli/profile/profile_file.ts";
import { type ProfileEvent, Profiling } from "../../../cli/profile/profiling.ts";
import { Failure } from "../../../cli/failure.ts";
import { logLine } from "../../../cli/server_log.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";

Deno.test("a profile that cannot be written is told, leaves no file, and breaks nothing", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat-profile-" });
  const events: ProfileEvent[] = [];
  try {
    await using profiling = new Profiling({
      directory,
      seconds: 60,
      tell: (event) => void events.push(event),
    });
    const file = ProfileFile.makeNamed(`${directory}/lost`);
    await profiling.begin(file);
    // As a disk that is gone: nothing can be written to it any more.
    file.close();
    await profiling.end();
    assertEquals(events.map(({ kind }) => kind), ["profiling", "not_profiled"]);
    await assertRejects(Deno.stat(file.path), Deno.errors.NotFound);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("two that are asked for in one second have two names, and where there is no directory nothing is taken", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat-profile-" });
  const at = new Date("2026-03-02T18:04:11.206Z");
  const events: ProfileEvent[] = [];
  const tell = (event: ProfileEvent) => void events.push(event);
  try {
    for (let n = 0; n < 2; n++) {
      await using profiling = new Profiling({ directory, seconds: 60, tell });
      profiling.takeOne(at);
      await profiling.end();
    }
    const names = (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name).sort();
    assertEquals(names, [
      "chat-20260302T180411Z-2.cpuprofile",
      "chat-20260302T180411Z.cpuprofile",
    ]);
    await using nowhere = new Profiling({ directory: `${directory}/none`, seconds: 60, tell });
    events.length = 0;
    nowhere.takeOne(at);
    assertEquals(events, [{ kind: "not_profiled", why: "there is no such directory" }]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

/** The sentence of a refusal. */
function thrown(make: () => void): string {
  return assertThrows(make, Failure).message;
}

/** What a file holds that a server with the same `--profile` finds. */
const LEFT: readonly (readonly [title: string, text: string, isTaken: boolean])[] = [
  ["an empty one", "", true],
  ["the beginning of a profile", '{"nodes":[{"id":1,"callFrame":', true],
  ["a whole profile", '{"nodes":[],"samples":[]}\n', false],
  ["a whole one of DevTools", '{"nodes":[],"samples":[]}', false],
  ["something else", "my diary", false],
];
for (const [title, text, isTaken] of LEFT) {
  Deno.test(`a name that ${title} has is ${isTaken ? "taken" : "refused"}`, async () => {
    const directory = await Deno.makeTempDir({ prefix: "chat-profile-" });
    const path = `${directory}/run.cpuprofile`;
    try {
      await Deno.writeTextFile(path, text);
      const make = () => ProfileFile.makeNamed(path).close();
      if (isTaken) make();
      else assert(/: it is there already, and nothing is written over\.$/.test(thrown(make)));
      assertEquals(await Deno.readTextFile(path), isTaken ? "" : text);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("what a link names is left alone, also when it is empty", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat-profile-" });
  try {
    await Deno.writeTextFile(`${directory}/other`, "");
    await Deno.symlink(`${directory}/other`, `${directory}/run.cpuprofile`);
    const why = thrown(() => ProfileFile.makeNamed(`${directory}/run.cpuprofile`));
    assert(why.includes("already"), why);
    assertEquals((await Deno.lstat(`${directory}/run.cpuprofile`)).isSymlink, true);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a name that is too long, or would write to a terminal, is told in a line", () => {
  const message = thrown(() => ProfileFile.makeNamed(`/tmp/${"x".repeat(700)}`));
  assert(message.endsWith(": the name is too long.") && message.length < 400, message);
  const event = { kind: "profiled", file: "/tmp/\x1b[31mred\nname", seconds: 1 } as const;
  const line = logLine(event, "text", new Date(), false);
  assertEquals(line.slice(0, -1).split("\n").length, 1, line);
  assert(!line.includes("\x1b"), line);
});
