/**
 * A server that profiles itself: its whole run, and when a signal asks. The real process, with the permissions that it keeps.
 *
 * @module
 */

import type { CpuProfile } from "../../../cli/profile/profiler.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { run, serveArgs, ServerProcess } from "../../server/process.ts";

const END_MS = 30_000;

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function folder(): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "chat-profile-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A profile from its file, whole and for nobody but its owner. */
async function profileIn(path: string): Promise<CpuProfile> {
  assertEquals((await Deno.stat(path)).mode ?? 0, 0o100600);
  const profile = JSON.parse(await Deno.readTextFile(path));
  assertEquals(profile.samples.length, profile.timeDeltas.length);
  assert(profile.nodes.length > 1 && profile.samples.length > 0);
  assert(profile.endTime > profile.startTime);
  return profile;
}

/** Two who talk, so that there is something to be seen. */
async function talk(server: ServerProcess): Promise<void> {
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  for (let n = 0; n < 20; n++) await alice.send({ type: "Broadcast", content: `word ${n}` });
  for (let n = 0; n < 20; n++) await bob.next("NewMessage");
}

const SIGNALS = { ignore: Deno.build.os === "windows" };

Deno.test("--profile FILE profiles the whole run, and the log says where it is", async () => {
  await using place = await folder();
  const file = `${place.path}/run.cpuprofile`;
  await using server = await ServerProcess.start(serveArgs("--port", "0", "--profile", file));
  await server.says(/ profiling for 600 seconds at most, into .*run\.cpuprofile$/m);
  await talk(server);
  assertEquals(await server.end("SIGTERM", END_MS), 0);
  assert(/ profiled for [\d.]+ seconds?: .*run\.cpuprofile$/m.test(server.stderr), server.stderr);
  const { nodes } = await profileIn(file);
  const urls = nodes.map(({ callFrame }) => callFrame.url);
  assert(urls.some((url) => url.includes("/server/")), "The server's own functions are in it");
});

Deno.test("a profile of some seconds ends by itself, while the server goes on", async () => {
  await using place = await folder();
  const file = `${place.path}/start.cpuprofile`;
  const args = serveArgs("--port", "0", "--profile", file, "--profile-seconds", "1");
  await using server = await ServerProcess.start(args);
  await server.says(/ profiled for 1(\.\d+)? seconds?: /);
  await profileIn(file);
  await talk(server);
  assertEquals(await server.end("SIGTERM", END_MS), 0);
});

Deno.test({
  name:
    "SIGUSR2 profiles a durable server into its data directory, one at a time, and its store is whole",
  ...SIGNALS,
  async fn() {
    await using place = await folder();
    const data = `${place.path}/data`;
    const args = serveArgs("--port", "0", "--data", data, "--durability", "durable");
    await using server = await ServerProcess.start(args);
    server.signal("SIGUSR2");
    const [, file = ""] = await server.says(/ profiling for 10 seconds at most, into (.*)$/m);
    assert(file.startsWith(`${data}/chat-`), file);
    await talk(server);
    server.signal("SIGUSR2");
    await server.says(/ no profile is taken: one is being taken already$/m);
    // What is being taken when a server ends, is written.
    assertEquals(await server.end("SIGTERM", END_MS), 0);
    await profileIn(file);
    const profiles = [...Deno.readDirSync(data)].filter(({ name }) => /cpuprofile/.test(name));
    assertEquals(profiles.length, 1);
    const main = args.slice(0, args.indexOf("serve"));
    const verified = await run([...main, "db", "verify", "--data", data]);
    assertEquals(verified.code, 0, verified.stderr);
  },
});

Deno.test({
  name:
    "a server that keeps nothing profiles at SIGUSR2 into the directory that it was given, else nowhere",
  ...SIGNALS,
  async fn() {
    await using place = await folder();
    {
      await using server = await ServerProcess.start(serveArgs("--port", "0"));
      server.signal("SIGUSR2");
      await server.says(/ no profile is taken: this server keeps nothing on a disk: .*--profile/);
      await talk(server);
      assertEquals(await server.end("SIGTERM", END_MS), 0);
    }
    const given = serveArgs("--port", "0", "--profile", place.path);
    await using server = await ServerProcess.start(["env", "CHAT_PROFILE_SECONDS=1", ...given]);
    const files: string[] = [];
    for (let n = 0; n < 2; n++) {
      server.signal("SIGUSR2");
      await server.says(new RegExp(`(?:profiled for [^]*){${n + 1}}`));
      for (const { name } of Deno.readDirSync(place.path)) {
        if (!files.includes(name)) files.push(name);
      }
      assertEquals(files.length, n + 1);
    }
    for (const name of files) await profileIn(`${place.path}/${name}`);
    assertEquals(await server.end("SIGTERM", END_MS), 0);
  },
});

Deno.test("a profile is written over nothing, follows no link, and is said to be impossible before anybody comes in", async () => {
  await using place = await folder();
  const there = `${place.path}/there`;
  const link = `${place.path}/link`;
  const elsewhere = `${place.path}/elsewhere`;
  await Deno.writeTextFile(there, "precious");
  await Deno.symlink(elsewhere, link);
  for (const [path, why] of [[there, "is there already"], [link, "is there already"]] as const) {
    const { code, stdout, stderr } = await run(serveArgs("--port", "0", "--profile", path));
    assertEquals([code, stdout], [1, ""], stderr);
    assert(stderr.includes(`Cannot write a profile to ${path}: `) && stderr.includes(why), stderr);
  }
  assertEquals(await Deno.readTextFile(there), "precious");
  await assertRejects(Deno.lstat(elsewhere), Deno.errors.NotFound);
  const nowhere = `${place.path}/none/x.cpuprofile`;
  const { code, stderr } = await run(serveArgs("--port", "0", "--profile", nowhere));
  assertEquals([code, /there is no such directory/.test(stderr)], [1, true], stderr);
  const empty = await run(serveArgs("--port", "0", "--profile", ""));
  assertEquals([empty.code, /cannot be empty/.test(empty.stderr)], [2, true], empty.stderr);
});

Deno.test("what a server left that was ended at once, or could not start, keeps no other from starting", async () => {
  await using place = await folder();
  const file = `${place.path}/run.cpuprofile`;
  const args = serveArgs("--port", "0", "--profile", file);
  await using killed = await ServerProcess.start(args);
  await killed.says(/ profiling for 600 seconds at most/);
  // While it lives the file is its own.
  const second = await run(args);
  assertEquals([second.code, second.stderr], [
    1,
    `chat: Cannot write a profile to ${file}: another program is writing to it.\n`,
  ]);
  await killed.end("SIGKILL", END_MS);
  assertEquals((await Deno.stat(file)).size, 0);

  await using taken = await ServerProcess.start(args);
  assertEquals(await taken.end("SIGTERM", END_MS), 0);
  await profileIn(file);
  const whole = await Deno.readTextFile(file);
  assertEquals((await run(args)).code, 1, "A finished one is not written over");
  assertEquals(await Deno.readTextFile(file), whole);

  const other = `${place.path}/other.cpuprofile`;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const failed = await run(serveArgs("--port", String(listener.addr.port), "--profile", other));
  assertEquals(failed.code, 1, failed.stderr);
  await assertRejects(Deno.stat(other), Deno.errors.NotFound);
});

Deno.test({
  name: "SIGUSR2 ends no command, and so no server that does not listen yet",
  ...SIGNALS,
  async fn() {
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const at = `127.0.0.1:${silent.addr.port}`;
    const args = serveArgs().slice(0, -1);
    const [program = "", ...rest] = [...args, "bench", "-s", at, "--members", "1"];
    const child = new Deno.Command(program, { args: rest, stdout: "null", stderr: "null" }).spawn();
    // Once it has called, it has begun.
    const caller = await silent.accept();
    child.kill("SIGUSR2");
    child.kill("SIGTERM");
    const { code, signal } = await child.status;
    caller.close();
    assertEquals([code, signal], [1, null]);
  },
});
