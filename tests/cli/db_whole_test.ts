/**
 * What is made whole or not at all: the names that lead to it are durable, and a signal in between changes nothing.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { assert, assertEquals } from "../assert.ts";
import { testWith } from "../skips.ts";
import { fillStore, namesIn, tempFolder } from "./db_stores.ts";

const root = new URL("../..", import.meta.url).pathname;

/** Runs `chat ARGS` under `strace`. @returns How it ended, and its system calls with the paths of their files. */
async function traced(args: readonly string[], options: readonly string[]) {
  using folder = tempFolder();
  const trace = `${folder.path}/trace`;
  const child = new Deno.Command("strace", {
    args: [
      ...["-f", "-y", "-qq", "-s", "256", "-o", trace, ...options],
      ...[Deno.execPath(), "run", "--quiet", ...manifest.tasks.chat.split(" ").slice(2), ...args],
    ],
    cwd: root,
    env: { CHAT_CONFIG: "/nonexistent/config.json", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  // Its end is the end of what it traces, too.
  const late = setTimeout(() => child.kill("SIGTERM"), 30_000);
  const { code, stderr } = await output.finally(() => clearTimeout(late));
  const err = new TextDecoder().decode(stderr);
  return { code, err, calls: (await Deno.readTextFile(trace)).split("\n") };
}

testWith(
  ["strace"],
  "a backup makes the name of each directory that it makes durable, and takes its lock though a signal comes",
  async () => {
    using folder = tempFolder();
    const [store, top] = [`${folder.path}/store`, `${folder.path}/a`];
    await fillStore(store);
    const { code, err, calls } = await traced(["db", "backup", `${top}/b/c`, store], [
      ...["-e", "trace=mkdir,mkdirat,fsync,flock"],
      ...["-e", "inject=flock:error=EINTR:when=1"],
    ]);
    assertEquals([code, err], [0, ""]);
    assert(calls.some((call) => call.includes("EINTR")), "a signal came");
    for (const [made, above] of [[top, folder.path], [`${top}/b`, top]]) {
      const making = calls.findIndex((call) =>
        call.includes(`mkdir`) && call.includes(`"${made}"`)
      );
      const syncing = calls.findIndex((call, i) =>
        i > making && call.includes(" fsync(") && call.includes(`<${above}>`)
      );
      assert(making >= 0 && syncing > making, `${made}: ${calls.join("\n")}`);
    }
  },
);

testWith(
  ["strace"],
  "a directory that cannot be synced is the one that is named, and nothing of the backup stays",
  async () => {
    using folder = tempFolder();
    const [store, copy] = [`${folder.path}/store`, `${folder.path}/copy`];
    await fillStore(store);
    const { code, err } = await traced(["db", "backup", copy, store], [
      ...["-e", "trace=fsync", "-e", "inject=fsync:error=EIO"],
    ]);
    assertEquals([code, err], [1, `chat: Cannot use ${copy}: the disk failed.\n`]);
    assertEquals(namesIn(folder.path), ["store"]);
  },
);
