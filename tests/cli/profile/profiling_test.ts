/**
 * Who takes profiles does no harm to whom it profiles: whatever goes wrong is told.
 *
 * @module
 */

import { ProfileFile } from "../../../cli/profile/profile_file.ts";
import { type ProfileEvent, Profiling } from "../../../cli/profile/profiling.ts";
import { assertEquals, assertRejects } from "../../assert.ts";

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
    await profiling[Symbol.asyncDispose]();
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
