/**
 * `chat receive` and the strangers who know its name: what ends it, what counts, and what it gives away.
 *
 * @module
 */

import manifest from "../../../deno.json" with { type: "json" };
import { assert, assertEquals, fail } from "../../assert.ts";
import { type RawClient, startServer, type TestServer, within } from "../../harness.ts";
import { testWith } from "../../skips.ts";
import { chat } from "../program.ts";
import { someone } from "./pair.ts";
import { namesIn, place, sha256Of, someBytes } from "./place.ts";

function at(server: { readonly port: number }, name: string): string[] {
  return ["-s", `127.0.0.1:${server.port}`, "-n", name];
}

function source(folder: string, size: number, name = "a.bin"): string {
  Deno.writeFileSync(`${folder}/${name}`, someBytes(size));
  return `${folder}/${name}`;
}

/** Waits until something holds that only the disk tells. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const waiting = (async () => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
  })();
  await within(waiting, what, 30_000);
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

/** Offers a file and takes it back when it was answered or not. @returns What the answer was. */
async function offerAndCancel(mal: RawClient, filename: string): Promise<string> {
  await mal.send({ type: "FileOffer", to: "Bob", filename, size: 9, beside: true, id: filename });
  const { offer } = await mal.nextOf("OfferAck");
  await mal.send({ type: "FileCancel", offer, id: "c" });
  for (;;) {
    const message = await mal.message();
    if (message.type === "FileReject" || message.type === "FileAccept") return message.type;
    if (message.type === "OfferAck" || message.type === "Error") return "none";
  }
}

Deno.test("a stranger who offers and takes back does not end a receiver that waits for Anna", async () => {
  await using server = startServer();
  using folder = place();
  const path = source(folder.path, 3 << 20);
  const inbox = `${folder.path}/in`;
  const args = ["--yes", "--once", "--out", inbox, "--from", "anna", "--limit-rate", "3M"];
  const receiving = chat(["receive", ...at(server, "Bob"), ...args]);
  await server.event("joined", ({ user }) => user === "Bob");
  await using mal = await server.frames("Mal");
  await mal.send({ type: "FileOffer", to: "Bob", filename: "x", size: 9, beside: true });
  await mal.nextOf("FileReject");
  await offerAndCancel(mal, "y");
  const sending = chat(["send", ...at(server, "Anna"), "--file", path, "--to", "Bob"]);
  await until("Anna's first bytes", () => sizeOf(`${inbox}/a.bin.part`) > 0);
  await offerAndCancel(mal, "z");
  const [bob, anna] = await Promise.all([receiving, sending]);
  assertEquals([bob.code, anna.code], [0, 0], bob.err + anna.err);
  assertEquals(bob.out, `${await Deno.realPath(inbox)}/a.bin\n`);
  assertEquals(bob.err.match(/Mal/g)?.length, 1, "It is told of once");
});

Deno.test("what is taken back before a byte of it came does not count, whoever it is from", async () => {
  await using server = startServer();
  using folder = place();
  const path = source(folder.path, 1_000);
  const inbox = `${folder.path}/in`;
  const receiving = chat(["receive", ...at(server, "Bob"), "--yes", "--once", "--out", inbox]);
  await server.event("joined", ({ user }) => user === "Bob");
  await using mal = await server.frames("Mal");
  for (let n = 0; n < 5; n++) await offerAndCancel(mal, `${n}`);
  const anna = await chat(["send", ...at(server, "Anna"), "--file", path, "--to", "Bob"]);
  const bob = await receiving;
  assertEquals([bob.code, anna.code], [0, 0], bob.err + anna.err);
});

Deno.test("--yes does not tell a stranger whether a guessed file is there, and keeps it once", async () => {
  await using server = startServer();
  using folder = place();
  const inbox = `${folder.path}/in`;
  await Deno.mkdir(inbox);
  const bytes = someBytes(1_000);
  await Deno.writeFile(`${inbox}/a.bin`, bytes);
  const receiving = chat(["receive", ...at(server, "Bob"), "--yes", "--once", "--out", inbox]);
  await server.event("joined", ({ user }) => user === "Bob");
  await using mal = await server.frames("Mal");
  const file = { filename: "a.bin", size: 1_000, sha256: sha256Of(`${inbox}/a.bin`) };
  await mal.send({ type: "FileOffer", to: "Bob", ...file });
  const { offset } = await mal.nextOf("FileAccept");
  assertEquals(offset, 0);
  await mal.nextOf("StartUpload");
  await mal.write(bytes);
  await mal.nextOf("FileReceived");
  const bob = await receiving;
  assertEquals([bob.code, bob.out], [0, `${await Deno.realPath(inbox)}/a.bin\n`], bob.err);
  assertEquals(namesIn(inbox), ["a.bin"]);
});

Deno.test("a file that is cut while it comes fails on both sides, with a sentence", async () => {
  await using server = startServer();
  using folder = place();
  const path = source(folder.path, 1 << 20);
  const inbox = `${folder.path}/in`;
  const args = ["--yes", "--once", "--out", inbox, "--limit-rate", "512K"];
  const receiving = chat(["receive", ...at(server, "Bob"), ...args]);
  await server.event("joined", ({ user }) => user === "Bob");
  const sending = chat(["send", ...at(server, "Anna"), "--file", path, "--to", "Bob"]);
  // It takes seconds more to come whole, and who looks only then is told so.
  const early = receiving.then(({ err }) => fail(`It ended before it was cut: ${err}`));
  await Promise.race([until("A part", () => sizeOf(`${inbox}/a.bin.part`) > 128 << 10), early]);
  await Deno.truncate(`${inbox}/a.bin.part`, 1_000);
  const [bob, anna] = await Promise.all([receiving, sending]);
  assertEquals([bob.code, anna.code], [1, 1], bob.err + anna.err);
  assert(/changed the file while it came|SHA-256 differs/.test(bob.err), bob.err);
  assert(/Bob's client cannot take|SHA-256 differs/.test(anna.err), anna.err);
  assert(!namesIn(inbox).includes("a.bin"));
});

Deno.test("what nobody went on with for a month is taken away, and told; nothing else is", async () => {
  await using server = startServer();
  using folder = place();
  const state = (name: string, sha256?: string) =>
    `${
      JSON.stringify({ version: 1, name, from: "x", size: 9, ...sha256 && { sha256 }, offset: 3 })
    }\n`;
  const old = (Date.now() - 31 * 86_400_000) / 1_000;
  const files: Record<string, readonly [text: string, isOld: boolean]> = {
    "old.part": ["abc", true],
    "old.part.state": [state("old", "a".repeat(64)), true],
    "young.part": ["abc", false],
    "young.part.state": [state("young"), true],
    "theirs.part": ["abc", true],
    "other.part": ["abc", true],
    "other.part.state": ["{}", true],
  };
  for (const [name, [text, isOld]] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder.path}/${name}`, text);
    if (isOld) await Deno.utime(`${folder.path}/${name}`, old, old);
  }
  const args = ["--yes", "--once", "--out", folder.path];
  const receiving = chat(["receive", ...at(server, "Bob"), ...args]);
  await server.event("joined", ({ user }) => user === "Bob");
  await using anna = await someone({ port: server.port, name: "Anna" });
  await Deno.mkdir(`${folder.path}/out`);
  await anna.sent(source(`${folder.path}/out`, 10), { user: "Bob" });
  const bob = await receiving;
  assertEquals(bob.code, 0, bob.err);
  assert(/^What had come of old was removed: nobody went on with it for 30 days\.$/m.test(bob.err));
  const left = Object.keys(files).filter((name) => !name.startsWith("old")).sort();
  assertEquals(namesIn(folder.path).filter((name) => /part/.test(name)), left);
});

Deno.test("a file in /dev, /proc or /sys is refused in one sentence that says why", async () => {
  await using server = startServer();
  const { code, err } = await chat(
    ["send", ...at(server, "Anna"), "--file", "/proc/self/status", "--to", "Bob"],
  );
  assertEquals(code, 1);
  assert(/\/proc\/self\/status is closed to this program, as all of \/dev/.test(err), err);
  assert(!err.includes("--allow"), err);
});

/** `chat receive --yes` with a failing system call, which is met only on that path. */
async function receiveUnder(
  server: TestServer,
  { inbox, path, inject }: { inbox: string; path: string; inject: string },
): Promise<AsyncDisposable> {
  const args = ["receive", ...at(server, "Bob"), "--yes", "--out", inbox];
  const flags = manifest.tasks.chat.split(" ").slice(2);
  const child = new Deno.Command("strace", {
    args: [
      ...["-f", "-qq", "-o", "/dev/null", "-P", path, "-e", `inject=${inject}`],
      ...[Deno.execPath(), "run", "--quiet", ...flags, ...args],
    ],
    cwd: new URL("../../..", import.meta.url).pathname,
    env: { CHAT_CONFIG: "/nonexistent", NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const draining = child.stderr.pipeTo(new WritableStream());
  await server.event("joined", ({ user }) => user === "Bob");
  return {
    async [Symbol.asyncDispose]() {
      // Without its tracer the program would live on.
      const children = `/proc/${child.pid}/task/${child.pid}/children`;
      const [pid] = (await Deno.readTextFile(children)).trim().split(" ");
      Deno.kill(Number(pid), "SIGKILL");
      await within(Promise.all([child.status, draining]), "The end");
    },
  };
}

for (
  const [what, inject, file] of [
    ["a folder that cannot be listed", "getdents64:error=EACCES", ""],
    ["a disk that reports an error", "openat:error=EIO", "/a.bin.part"],
    ["a file system that is read-only", "openat:error=EROFS", "/a.bin.part"],
    ["too many open files", "openat:error=EMFILE", "/a.bin.part"],
  ] as const
) {
  testWith(
    ["strace"],
    `${what} is declined with a reason, and the client lives on`,
    async () => {
      await using server = startServer();
      using folder = place();
      const inbox = `${await Deno.realPath(folder.path)}/in`;
      await Deno.mkdir(inbox);
      const path = `${inbox}${file}`;
      await using _bob = await receiveUnder(server, { inbox, path, inject });
      await using mal = await server.frames("Mal");
      const sha256 = "a".repeat(64);
      for (let n = 0; n < 2; n++) {
        await mal.send({ type: "FileOffer", to: "Bob", filename: "a.bin", size: 9, sha256 });
        assertEquals((await mal.nextOf("FileReject")).reason, "unable");
      }
    },
  );
}
