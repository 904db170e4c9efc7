/**
 * Every error of a disk is a sentence, and none of it is a word of the runtime's.
 *
 * @module
 */

import { constants } from "node:os";
import { diskSentence } from "../../../cli/files/disk_error.ts";
import { Failure } from "../../../cli/failure.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { someone } from "./pair.ts";
import { place, someBytes } from "./place.ts";

Deno.test("every error number of the system is one sentence with its path and its code", () => {
  const codes = Object.keys(constants.errno);
  assert(codes.length > 50);
  for (const code of codes) {
    const error = Object.assign(new Error(`${code}: something, open '/x'`), { code, path: "/x" });
    const sentence = diskSentence(error) ?? "";
    assert(/^Cannot use \/x: [^\n]+\.$/.test(sentence) && sentence.includes(code), sentence);
  }
});

Deno.test("what the runtime forbids is said in words of our own", () => {
  for (const path of ["/dev/shm/x", "/proc/self/status", "/sys/x", "/home/x"]) {
    const message = `Requires all access to "${path}", run again with the --allow-all flag`;
    const sentence = diskSentence(new Deno.errors.NotCapable(message)) ?? "";
    assert(sentence.startsWith(`${path} is closed to this program`), sentence);
    assert(!sentence.includes("--allow"), sentence);
  }
});

Deno.test("a sentence stays one, and a defect of ours is none", () => {
  assertEquals(diskSentence(new Failure("It is so.")), "It is so.");
  for (const defect of [new TypeError("x is undefined"), new Error("x"), "x", undefined]) {
    assertEquals(diskSentence(defect), undefined);
  }
});

Deno.test("folders that cannot be used decline with a reason, one after the other, and the client lives on", async () => {
  await using server = startServer();
  using at = place();
  await Deno.writeFile(`${at.path}/a.bin`, someBytes(10));
  const { port } = server;
  await using anna = await someone({ port, name: "Anna" });
  const folders = [
    `${at.path}/a.bin`,
    `${at.path}/a.bin/below`,
    `${at.path}/${"n".repeat(300)}`,
    "/proc/nothing",
  ];
  for (const [n, directory] of folders.entries()) {
    await using bob = await someone({ port, name: `Bob${n}`, directory });
    for (let again = 0; again < 2; again++) {
      const before = bob.news.length;
      const sending = anna.sent(`${at.path}/a.bin`, { user: `Bob${n}` });
      const { transfer } = await bob.until("offered", (one) => bob.news.indexOf(one) >= before);
      assert(bob.transfers.accept(transfer.n), "/accept");
      assertEquals((await sending).end, { kind: "declined", reason: "unable" });
      const { end } = await bob.until("ended", (one) => one.transfer.n === transfer.n);
      assert(end.kind === "failed" && /^[^\n]+\.$/.test(end.reason), Deno.inspect(end));
    }
  }
});
