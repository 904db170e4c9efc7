/**
 * Is every barrier needed, and would the tests notice if it were gone?
 *
 * Each row takes one sync, check or order out of a copy of the store, by replacing a text in its source, and runs
 * the simulation against the copy. The simulation must fail. A row whose text is not found exactly once fails
 * too, so the table cannot fall behind the source. The production code needs no hooks for this.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One barrier. */
interface Barrier {
  readonly name: string;
  /** The test that must fail. */
  readonly by: string;
  readonly file: string;
  readonly text: string;
  /** What stands there instead. */
  readonly without: string;
}

const BARRIERS: readonly Barrier[] = [
  {
    name: "sync of a group before it is acknowledged",
    by: "crash_test.ts",
    file: "writer.ts",
    text: 'const mustSync = rolls || this.#hardWanted || this.#parts.durability === "durable";',
    without: "const mustSync = false;",
  },
  {
    name: "cutting off a failed write",
    by: "faults_test.ts",
    file: "writer.ts",
    text: "file.truncate(base);\n      this.#ahead?.wasCut();",
    without: "",
  },
  {
    name: "sync behind cutting off a failed write",
    by: "faults_test.ts",
    file: "writer.ts",
    text: "await file.sync();\n    } catch (second) {",
    without: "} catch (second) {",
  },
  {
    name: "no writing after a failed sync",
    by: "faults_test.ts",
    file: "writer.ts",
    text: 'this.#state = { kind: "failed", error };\n    this.#reject',
    without: "this.#reject",
  },
  {
    name: "a manifest that does not skip the segment that is being ended",
    by: "tail_test.ts",
    file: "writer.ts",
    text: "      this.#place.endActive();\n",
    without: "",
  },
  {
    name: "reading the end of the log from the newest file on",
    by: "tail_test.ts",
    file: "load_tail.ts",
    text: "for (const id of ids.toReversed()) {",
    without: "for (const id of ids) {",
  },
  {
    name: "loop over short writes",
    by: "faults_test.ts",
    file: "files.ts",
    text: "while (done < bytes.length) {",
    without: "if (done < bytes.length) {",
  },
  {
    name: "sync of a new segment's header",
    by: "crash_test.ts",
    file: "make_segment.ts",
    text: "compacted: false }), 0);\n    await file.sync();\n    await storage.syncDirectory();",
    without: "compacted: false }), 0);\n    await storage.syncDirectory();",
  },
  {
    name: "sync of a new segment's name",
    by: "crash_test.ts",
    file: "make_segment.ts",
    text: "compacted: false }), 0);\n    await file.sync();\n    await storage.syncDirectory();",
    without: "compacted: false }), 0);\n    await file.sync();",
  },
  {
    name: "sync of the tail that is written again",
    by: "crash_test.ts",
    file: "make_segment.ts",
    text: "await file.sync();\n    storage.rename",
    without: "storage.rename",
  },
  {
    name: "another name until the tail that is written again is whole",
    by: "crash_test.ts",
    file: "make_segment.ts",
    text: "removeFile(storage, name + PART);\n  const file = storage.create(name + PART);",
    without:
      "const file = storage.create(name); storage = { ...storage, syncDirectory: () => storage.syncDirectory(), rename: () => {} };",
  },
  {
    name: "sync of the name of the tail that is written again",
    by: "crash_test.ts",
    file: "make_segment.ts",
    text: "begun = name;\n    await storage.syncDirectory();",
    without: "begun = name;",
  },
  {
    name: "writing the unproved tail again",
    by: "faults_test.ts",
    file: "load.ts",
    text: "forWriting ? Math.max(tail.durableLsn, firstLsn - 1) : tail.lastLsn",
    without: "tail.lastLsn",
  },
  {
    name: "sync of a manifest",
    by: "crash_test.ts",
    file: "files.ts",
    text: "allOf(file.sync(), storage.syncDirectory())",
    without: "allOf(storage.syncDirectory())",
  },
  {
    name: "sync of a manifest's name",
    by: "crash_test.ts",
    file: "files.ts",
    text: "allOf(file.sync(), storage.syncDirectory())",
    without: "allOf(file.sync())",
  },
  {
    name: "a new file for each manifest",
    by: "crash_test.ts",
    file: "shelf.ts",
    text: "this.#number = nextNumber(this.#number);",
    without: "",
  },
  {
    name: "sync of a compacted segment",
    by: "crash_test.ts",
    file: "compact.ts",
    text: "await file.sync();\n    await parts.harden();",
    without: "await parts.harden();",
  },
  {
    name: "sync of what compaction makes use of",
    by: "crash_test.ts",
    file: "compact.ts",
    text: "await parts.harden();",
    without: "",
  },
  {
    name: "another name until a compacted segment is whole",
    by: "crash_test.ts",
    file: "compact.ts",
    text:
      "storage.rename(name + PART, name);\n    begun.push(name);\n    await storage.syncDirectory();",
    without: "await storage.syncDirectory(); storage.rename(name + PART, name);",
  },
  {
    name: "the manifest before the inputs are removed",
    by: "crash_test.ts",
    file: "compact.ts",
    text: "await shelf.commit(parts.tail(), { inputs, output: output.segment });",
    without:
      "void shelf.commit(parts.tail(), { inputs, output: output.segment }); for (const i of inputs) removeFile(maker.storage, segmentName(i.id));",
  },
  {
    name: "drops that survive compaction",
    by: "compact_test.ts",
    file: "survive.ts",
    text: "return this.#drop(stream, record.seq, record.seq + count);",
    without: "return DEAD;",
  },
  {
    name: "removals of keys that survive while older values may be there",
    by: "compact_test.ts",
    file: "survive.ts",
    text: "!this.#fromOldest && !this.#removed.has(key)",
    without: "false",
  },
  {
    name: "checksum of records",
    by: "damage_test.ts",
    file: "format.ts",
    text: "if (crc32(bytes.subarray(at + 4, at + size), salt) !== view.getUint32(at, true)) {",
    without: "if (false) {",
  },
  {
    name: "salt of the checksum",
    by: "stale_test.ts",
    file: "make_segment.ts",
    text: "return salt[0] ?? 0;",
    without: "return 0;",
  },
  {
    name: "checksum of manifests",
    by: "damage_test.ts",
    file: "manifest.ts",
    text: "if (crc32(bytes.subarray(0, crcAt)) !== view.getUint32(crcAt, true)) {",
    without: "if (false) {",
  },
  {
    name: "checksum of hints",
    by: "damage_test.ts",
    file: "hint.ts",
    text: "if (crc32(bytes.subarray(0, bytes.length - 4)) !== crc) return undefined;",
    without: "",
  },
  {
    name: "LSNs that follow each other",
    by: "stale_test.ts",
    file: "scan.ts",
    text: 'if (parsed.kind !== "record" || parsed.record.lsn !== lsn) {',
    without: 'if (parsed.kind !== "record") {',
  },
  {
    name: "whole batches only",
    by: "crash_test.ts",
    file: "scan.ts",
    text: "if (record.left === 0) {",
    without: "if (true) {",
  },
  {
    name: "proof that tells damage from a torn end",
    by: "damage_test.ts",
    file: "scan.ts",
    text: "if (record.order > 0 && record.lsn - record.order >= lsn) {",
    without: "if (false) {",
  },
  {
    name: "a torn end is no damage",
    by: "crash_test.ts",
    file: "scan.ts",
    text: "if (record.order > 0 && record.lsn - record.order >= lsn) {",
    without: "if (true) {",
  },
  {
    name: "refusing to open a damaged store",
    by: "damage_test.ts",
    file: "open.ts",
    text: "stack.use(loaded.segments);\n  if (loaded.damages.length > 0) {",
    without: "stack.use(loaded.segments);\n  if (false) {",
  },
];

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

for (const barrier of BARRIERS) {
  Deno.test({
    name: `the simulation fails without: ${barrier.name}`,
    fn: async () => {
      const directory = await Deno.makeTempDir();
      try {
        await copy("db", directory);
        await copy("tests/db/sim", directory);
        for (const file of ["tests/within.ts", join("tests/db", barrier.by)]) {
          await Deno.copyFile(join(ROOT, file), join(directory, file));
        }
        const path = join(directory, "db", barrier.file);
        const source = await Deno.readTextFile(path);
        assert.equal(
          source.split(barrier.text).length,
          2,
          `${barrier.file} must have the text once`,
        );
        await Deno.writeTextFile(path, source.replace(barrier.text, () => barrier.without));
        const { success, stdout } = await new Deno.Command(Deno.execPath(), {
          args: [
            "test",
            "--no-check",
            "--no-config",
            "--no-lock",
            "--allow-all",
            "--fail-fast",
            "tests",
          ],
          cwd: directory,
          env: { CHAT_SIM_STATES: "1200", CHAT_SIM_SEED: "1", NO_COLOR: "1" },
        }).output();
        const text = new TextDecoder().decode(stdout);
        assert.ok(!success, "Nothing noticed that the barrier is gone");
        assert.match(text, /\| \d+ passed/, "The tests must run and fail, not fail to run");
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    },
  });
}

async function copy(folder: string, to: string): Promise<void> {
  await Deno.mkdir(join(to, folder), { recursive: true });
  for await (const entry of Deno.readDir(join(ROOT, folder))) {
    if (entry.isFile) {
      await Deno.copyFile(join(ROOT, folder, entry.name), join(to, folder, entry.name));
    }
  }
}
