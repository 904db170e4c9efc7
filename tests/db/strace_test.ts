/**
 * Failures injected below the process, by `strace`: that what the simulated disk does is what a kernel does.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testWith } from "../skips.ts";
import { openStore, verifyStore } from "../../db/mod.ts";

const CHILD = fileURLToPath(new URL("./strace_child.ts", import.meta.url));

/** What the child says of each of its groups, with a fault injected; then the store is checked. */
async function run(inject: string): Promise<string[]> {
  const path = await Deno.makeTempDir();
  try {
    const { stdout, stderr } = await new Deno.Command("strace", {
      args: [
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        `inject=${inject}`,
        "-P",
        `${path}/s/00000001.segment`,
        Deno.execPath(),
        "run",
        "--no-check",
        "--allow-all",
        CHILD,
        `${path}/s`,
      ],
    }).output();
    const said = new TextDecoder().decode(stdout).trim().split("\n");
    const errors = new TextDecoder().decode(stderr);
    assert.ok(said.length > 0, errors);
    await using store = await openStore(`${path}/s`);
    const entries = await store.read("a", { after: 0, limit: 100 });
    const there = entries.map((entry) =>
      entry.kind === "message" ? new TextDecoder().decode(entry.body) : "?"
    );
    for (const line of said) {
      const [group = "", outcome] = line.split(" ");
      if (outcome === "durable") assert.ok(there.includes(group), `${group} was acknowledged`);
      if (outcome === "not_written") assert.ok(!there.includes(group), `${group} was rejected`);
    }
    await store.close();
    assert.deepEqual((await verifyStore(`${path}/s`)).damages, []);
    return said.map((line) => line.split(" ")[1] ?? "");
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

testWith(
  ["strace"],
  "a write that meets ENOSPC is rejected as not written, and the next one works",
  async () => {
    // The header is the first write to the file, and the third one makes room behind the first group.
    const said = await run("pwrite64:error=ENOSPC:when=4");
    assert.deepEqual(said, ["durable", "not_written", "durable", "durable"]);
  },
);

testWith(["strace"], "a write that meets EIO stops the writing", async () => {
  const said = await run("pwrite64:error=EIO:when=4");
  assert.deepEqual(said, ["durable", "not_written", "refused", "refused"]);
});

testWith(
  ["strace"],
  "a sync that fails leaves an unknown outcome and stops the writing",
  async () => {
    const said = await run("fdatasync:error=EIO");
    assert.ok(!said.includes("durable"), said.join());
  },
);

testWith(["strace"], "a process that dies in a sync loses nothing acknowledged", async () => {
  const said = await run("fdatasync:signal=KILL:when=2");
  assert.ok(!said.includes("refused"), said.join());
});

testWith(["strace"], "a write that is interrupted is made again, and nobody notices", async () => {
  const said = await run("pwrite64:error=EINTR:when=3");
  assert.deepEqual(said, ["durable", "durable", "durable", "durable"]);
});

testWith(
  ["strace"],
  "the names of all directories that are made are synced, not only the last one's",
  async () => {
    const path = await Deno.makeTempDir();
    try {
      const { success } = await new Deno.Command("strace", {
        args: [
          ...["-f", "-qq", "-y", "-o", `${path}/trace`, "-e", "trace=fsync"],
          ...[Deno.execPath(), "run", "--no-check", "--allow-all", CHILD, `${path}/a/b/c`],
        ],
      }).output();
      assert.ok(success);
      const trace = await Deno.readTextFile(`${path}/trace`);
      for (const parent of [path, `${path}/a`, `${path}/a/b`]) {
        assert.ok(trace.includes(`<${parent}>)`), `${parent} in\n${trace}`);
      }
    } finally {
      await Deno.remove(path, { recursive: true });
    }
  },
);

testWith(
  ["strace"],
  "a start whose listings fail begins no new log over the one that is there",
  async () => {
    const path = await Deno.makeTempDir();
    try {
      await using store = await openStore(`${path}/open`);
      for (let i = 0; i < 50; i++) await store.append("a", Uint8Array.of(i), { at: i }).done;
      for (const nth of ["1", "3", "5", "7", "1+"]) {
        // As a kill leaves it.
        const directory = `${path}/${nth}`;
        await Deno.mkdir(directory);
        for await (const { name } of Deno.readDir(`${path}/open`)) {
          await Deno.copyFile(`${path}/open/${name}`, `${directory}/${name}`);
        }
        const { stdout } = await new Deno.Command("strace", {
          args: [
            ...["-f", "-qq", "-o", "/dev/null", "-P", directory],
            ...["-e", `inject=getdents64:error=EIO:when=${nth}`],
            ...[Deno.execPath(), "run", "--no-check", "--allow-all", CHILD, directory],
          ],
        }).output();
        const said = new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
        await using again = await openStore(directory);
        const entries = await again.read("a", { after: 0, limit: 1_000 });
        const bodies = entries.map((entry) => entry.kind === "message" ? entry.body : undefined);
        assert.deepEqual(
          bodies.slice(0, 50),
          Array.from({ length: 50 }, (_, i) => Uint8Array.of(i)),
          `listing ${nth}: ${said.join()}`,
        );
        const durable = said.filter((line) => line.endsWith(" durable")).length;
        assert.ok(bodies.length >= 50 + durable, `listing ${nth}: ${said.join()}`);
      }
    } finally {
      await Deno.remove(path, { recursive: true });
    }
  },
);
