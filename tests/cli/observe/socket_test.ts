/**
 * Claims about an observer's socket: who may connect, what readers are told, and that none of them, slow, silent, loud or
 * dead, does any harm. Only the last ones need a privilege.
 *
 * @module
 */

import { READERS_MAX } from "../../../cli/observe/limits.ts";
import { type TellOptions, tellReaders } from "../../../cli/observe/socket.ts";
import { ownerOf } from "../../../cli/observe/acting.ts";
import { openSocketFile } from "../../../cli/observe/socket_file.ts";
import { Failure } from "../../../cli/failure.ts";
import { type Observer, replay, type Snapshot } from "../../../observe/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { until, within } from "../../within.ts";
import { testAsRoot } from "../../skips.ts";
import { chat, type Running, startChat } from "../program.ts";
import { BEGIN, io, made, snapshot } from "./made.ts";
import { Lines, SocketReader } from "./reading.ts";
import { RECORDED, withRecording } from "./recording.ts";

/** A folder with a place for a socket. */
class Place implements Disposable {
  readonly folder: string = Deno.makeTempDirSync();
  readonly path: string = `${this.folder}/seen.sock`;

  exists(): boolean {
    return [...Deno.readDirSync(this.folder)].some(({ name }) => name === "seen.sock");
  }

  /** Leaves behind what a dead observer leaves behind. */
  makeStale(): void {
    const listener = Deno.listen({ transport: "unix", path: this.path });
    Deno.renameSync(this.path, `${this.path}.kept`);
    listener.close();
    Deno.renameSync(`${this.path}.kept`, this.path);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** An observer that tells what the test wants, and whoever shows it takes everything at once. */
class Telling implements AsyncDisposable {
  readonly place: Place;
  readonly lines: Lines;
  readonly #observer: Observer;
  readonly #shown: Promise<unknown>;

  private constructor(observer: Observer, place: Place, lines: Lines) {
    this.place = place;
    this.lines = lines;
    this.#observer = observer;
    this.#shown = Array.fromAsync(observer.batches());
  }

  static async start(options: TellOptions = {}): Promise<Telling> {
    const place = new Place();
    const lines = new Lines();
    lines.tell(made());
    const observer = await replay(lines);
    return new Telling(
      tellReaders(observer, await openSocketFile(place.path), options),
      place,
      lines,
    );
  }

  connect(): Promise<SocketReader> {
    return SocketReader.connect(this.place.path);
  }

  /** A reader that has been let in. */
  async welcome(): Promise<SocketReader> {
    const reader = await this.connect();
    const kinds = [await reader.next(), await reader.next(), await reader.next()]
      .map((line) => line?.kind);
    assertEquals(kinds, ["recording", "start", "snapshot"]);
    return reader;
  }

  /** The observation ends, and everything is taken. */
  async end(last: Snapshot = snapshot(9)): Promise<void> {
    this.lines.tell({ kind: "end", ts: last.ts, reason: "exited", last });
    this.lines.end();
    await within(this.#shown, "the end of the observation");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.lines.end();
    await within(this.#shown, "the end of the observation");
    await within(Promise.resolve(this.#observer[Symbol.asyncDispose]()), "the goodbye");
    this.place[Symbol.dispose]();
  }
}

/** A program that has told its first line. */
async function observing(...args: readonly string[]): Promise<Running> {
  const running = startChat(["observe", ...args]);
  for (let line = ""; !line.startsWith("See it with");) {
    line = await running.line() ?? "See it with";
  }
  return running;
}

// ── The file ─────────────────────────────────────────────────────────────────────────────────────

Deno.test("the socket is for its owner alone, and gone at the end", async () => {
  using place = new Place();
  const umask = Deno.umask();
  {
    using _socket = await openSocketFile(place.path);
    const { mode, isSocket } = await Deno.stat(place.path);
    assertEquals([isSocket, (mode ?? 0) & 0o777], [true, 0o600]);
  }
  assertEquals(place.exists(), false);
  assertEquals(Deno.umask(), umask);
});

Deno.test("what a dead observer left behind is replaced", async () => {
  using place = new Place();
  place.makeStale();
  await assertRejects(Deno.connect({ transport: "unix", path: place.path }), Error);
  using _socket = await openSocketFile(place.path);
  (await Deno.connect({ transport: "unix", path: place.path })).close();
});

Deno.test("a socket on which somebody listens is refused and goes on working", async () => {
  await using telling = await Telling.start();
  const { message } = await assertRejects(openSocketFile(telling.place.path), Failure);
  assertEquals(message, `Somebody listens on ${telling.place.path} already.`);
  using _reader = await telling.welcome();
});

const OTHERS: readonly (readonly [what: string, make: (path: string) => void])[] = [
  ["a file", (path) => Deno.writeTextFileSync(path, "dear")],
  ["a folder", (path) => Deno.mkdirSync(path)],
  ["a link to nothing", (path) => Deno.symlinkSync("/nonexistent/file", path)],
  ["a link to a file", (path) => Deno.symlinkSync("/dev/null", path)],
];
for (const [what, make] of OTHERS) {
  Deno.test(`${what} at the path is refused and left as it is`, async () => {
    using place = new Place();
    make(place.path);
    const before = await Deno.lstat(place.path);
    const { message } = await assertRejects(openSocketFile(place.path), Failure);
    assert(message.includes("is no socket: it is left as it is"), message);
    assertEquals((await Deno.lstat(place.path)).ino, before.ino);
  });
}

Deno.test("a path without a directory, and one that is too long, are refused with a sentence", async () => {
  const missing = await assertRejects(openSocketFile("/nonexistent/seen"), Failure);
  assertEquals(
    missing.message,
    "/nonexistent/seen cannot be listened on: its directory is not there.",
  );
  const long = await assertRejects(openSocketFile(`/tmp/${"x".repeat(110)}`), Failure);
  assertEquals(long.message, "The path of a socket has at most 107 bytes.");
});

Deno.test("only root acts for the user that called sudo", () => {
  const env = { SUDO_UID: "1000", SUDO_GID: "100" };
  assertEquals(ownerOf(env, 0), { uid: 1000, gid: 100 });
  assertEquals(ownerOf(env, 1000), undefined);
  assertEquals(ownerOf({}, 0), undefined);
  assertEquals(ownerOf({ SUDO_UID: "1000" }, 0), undefined);
  assertEquals(ownerOf({ SUDO_UID: "-1", SUDO_GID: "0x" }, 0), undefined);
});

// ── What readers are told ────────────────────────────────────────────────────────────────────────

Deno.test("each reader gets a recording: figures so far, then all that comes, to the end", async () => {
  await using telling = await Telling.start();
  using early = await telling.welcome();
  telling.lines.tell(io({ bytes: 77 }), snapshot(2));
  assertEquals([(await early.next()).bytes, (await early.next()).ts], [77, BEGIN + 2e9]);
  using late = await telling.connect();
  const begin = [await late.next(), await late.next(), await late.next()];
  assertEquals(begin.map(({ kind }) => kind), ["recording", "start", "snapshot"]);
  assertEquals(begin[2].ts, BEGIN + 2e9);
  await telling.end();
  for (const reader of [early, late]) {
    const end = await reader.next();
    assertEquals([end.kind, end.reason, end.last.lost], ["end", "exited", 0]);
  }
});

Deno.test("who comes after the end is told the end", async () => {
  await using telling = await Telling.start();
  await telling.end();
  using reader = await telling.connect();
  const kinds = [await reader.next(), await reader.next(), await reader.next()]
    .map(({ kind }) => kind);
  assertEquals(kinds, ["recording", "start", "end"]);
});

Deno.test("a slow reader loses calls, counted; the observation and others lose nothing", async () => {
  const calls = 20_000;
  await using telling = await Telling.start({ waitingBytes: 100_000 });
  using slow = await telling.welcome();
  using quick = await telling.welcome();
  for (let at = 0; at < calls; at += 200) {
    telling.lines.tell(...Array.from({ length: 200 }, (_, more) => io({ bytes: at + more })));
    // The next come when the quick one has these, whatever the slow one does.
    for (let more = 0; more < 200; more++) assertEquals((await quick.next()).bytes, at + more);
  }
  await telling.end({ ...snapshot(9), produced: calls, received: calls });
  const seen = await slow.rest();
  const ios = seen.filter(({ kind }) => kind === "io");
  const end = seen.at(-1);
  assertEquals(end.kind, "end");
  assert(ios.length > 0 && ios.length < calls, `${ios.length}`);
  assertEquals([end.last.received, end.last.lost], [ios.length, calls - ios.length]);
  assert(ios.every((one, at) => at === 0 || one.bytes > ios[at - 1].bytes), "In order");
  assertEquals((await quick.next()).last.lost, 0);
  assertEquals(await quick.next(), undefined);
});

Deno.test("a reader that takes nothing is cut off", async () => {
  await using telling = await Telling.start({ stallMs: 50 });
  using reader = await telling.welcome();
  telling.lines.tell(...Array.from({ length: 5_000 }, () => io()));
  await until("the cut", async () => {
    try {
      await reader.connection.write(new Uint8Array(1));
      return false;
    } catch {
      return true;
    }
  });
  using _other = await telling.welcome();
});

Deno.test("what readers say is thrown away, also when it is much", async () => {
  await using telling = await Telling.start();
  using loud = await telling.welcome();
  // More than is taken away, and more than the system keeps: it waits with the reader.
  const saying = (async () => {
    for (;;) await loud.connection.write(new Uint8Array(65_536));
  })();
  const said = assertRejects(saying, Error);
  telling.lines.tell(io({ bytes: 78 }));
  assertEquals((await loud.next()).bytes, 78);
  loud.connection.close();
  await said;
  await telling.end();
});

Deno.test(`one more than ${READERS_MAX} is let in when another leaves`, async () => {
  await using telling = await Telling.start();
  using all = new DisposableStack();
  const first = await telling.welcome();
  for (let count = 1; count < READERS_MAX; count++) all.use(await telling.welcome());
  using tooMany = await telling.connect();
  assertEquals(await tooMany.next(), undefined);
  first[Symbol.dispose]();
  await until("room for another", async () => {
    telling.lines.tell(snapshot(1));
    using next = await telling.connect();
    return await next.next().catch(() => undefined) !== undefined;
  });
});

// ── The program ──────────────────────────────────────────────────────────────────────────────────

/** A recording that goes on for longer than a test. */
const LONG = [
  ...RECORDED.slice(0, -1),
  { kind: "end", ts: BEGIN + 600e9, reason: "exited", last: snapshot(600) },
] as const;

Deno.test("--from shows what --socket tells, and ends with it: SIGTERM, and no file stays", async () => {
  await withRecording(async (recording) => {
    using place = new Place();
    await using observer = await observing("--replay", recording, "--socket", place.path);
    await using reader = startChat(["observe", "--from", place.path]);
    assertEquals(await reader.line(), "Observing process 4711 (tracepoint).");
    const lines: string[] = [];
    const rest = async () => {
      for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
        lines.push(line);
        if (line.startsWith("   0:00")) observer.child.kill("SIGTERM");
      }
    };
    await within(rest(), "the end of the reader");
    assertEquals(
      lines.filter((line) => line !== "").at(-1),
      `The observer at ${place.path} has ended.`,
    );
    assertEquals((await within(reader.child.status, "the reader")).code, 0);
    assertEquals((await within(observer.child.status, "the observer")).code, 0);
    assertEquals(place.exists(), false);
  }, LONG);
});

Deno.test("kill -9: readers end with a sentence and 0, and the next observer replaces the file", async () => {
  await withRecording(async (recording) => {
    using place = new Place();
    const args = ["--replay", recording, "--socket", place.path];
    await using observer = await observing(...args);
    await using reader = startChat(["observe", "--from", place.path]);
    assert(await reader.line() !== undefined);
    observer.child.kill("SIGKILL");
    const lines: string[] = [];
    for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
      lines.push(line);
    }
    assert(
      lines.some((line) => line.startsWith(`The observer at ${place.path} is gone`)),
      lines.join("\n"),
    );
    assertEquals((await within(reader.child.status, "the reader")).code, 0);
    assertEquals(place.exists(), true);
    const nobody = await chat(["observe", "--from", place.path]);
    assertEquals([nobody.code, nobody.err], [
      1,
      `chat: No observer tells anything at ${place.path}: whoever made it is gone.\n`,
    ]);
    await using next = await observing(...args);
    using again = await SocketReader.connect(place.path);
    assertEquals((await again.next()).kind, "recording");
    next.child.kill("SIGINT");
    assertEquals((await again.rest()).at(-1).reason, "stopped");
    assertEquals((await within(next.child.status, "the next observer")).code, 0);
  }, LONG);
});

Deno.test("Ctrl-C ends a reader that waits, with a report and 0", async () => {
  await withRecording(async (recording) => {
    using place = new Place();
    await using _observer = await observing("--replay", recording, "--socket", place.path);
    await using reader = startChat(["observe", "--from", place.path]);
    assertEquals(await reader.line(), "Observing process 4711 (tracepoint).");
    reader.child.kill("SIGINT");
    const lines: string[] = [];
    for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
      lines.push(line);
    }
    assertEquals((await within(reader.child.status, "the reader")).code, 0);
    assert(lines.some((line) => line.endsWith("0 lost (tracepoint).")), lines.join("\n"));
    assert(!lines.some((line) => line.startsWith("The observer at")), lines.join("\n"));
  }, LONG);
});

Deno.test("a reader may do nothing any more once it is connected", async () => {
  await using telling = await Telling.start();
  await telling.end();
  const args = ["observe", "--from", telling.place.path];
  const { code, out, err } = await chat(args, { env: { CHAT_DEBUG: "1" } });
  assertEquals([code, err], [0, "permissions: \n"]);
  assert(out.endsWith(`The observer at ${telling.place.path} has ended.\n`), out);
});

Deno.test("a reader for whom there is no room is told so", async () => {
  await using telling = await Telling.start();
  using all = new DisposableStack();
  for (let count = 0; count < READERS_MAX; count++) all.use(await telling.welcome());
  const { code, err } = await chat(["observe", "--from", telling.place.path]);
  assertEquals([code, err], [
    1,
    `chat: The observer at ${telling.place.path} lets nobody in: ` +
    `it has ${READERS_MAX} readers, or is ending.\n`,
  ]);
});

Deno.test("a reader without an observer fails with a sentence; what cannot go together is wrong usage", async () => {
  const { code, err } = await chat(["observe", "--from", "/nonexistent/seen"]);
  assertEquals([code, err], [
    1,
    "chat: No observer tells anything at /nonexistent/seen: it is not there.\n",
  ]);
  for (const other of [["--pid", "1"], ["--replay", "x"], ["--socket", "x"]]) {
    const { code, err } = await chat(["observe", "--from", "y", ...other]);
    assertEquals(code, 2);
    assert(err.includes("cannot be used with"), err);
  }
});

testAsRoot(
  ["setpriv"],
  "sudo's user owns the socket, connects without privileges, and gets the kernel's calls",
  async () => {
    using place = new Place();
    await Deno.chown(place.folder, 65_534, 65_534);
    const sudo = { SUDO_UID: "65534", SUDO_GID: "65534", CHAT_DEBUG: "1" };
    await using observer = startChat(
      ["observe", "--pid", `${Deno.pid}`, "--events", "--interval", "0.05", "--socket", place.path],
      sudo,
    );
    assert((await observer.line())?.startsWith(`Observing process ${Deno.pid} (`));
    const { uid, gid, mode } = await Deno.stat(place.path);
    assertEquals([uid, gid, (mode ?? 0) & 0o777], [65_534, 65_534, 0o600]);
    const connect = (user: number) =>
      new Deno.Command("setpriv", {
        args: [`--reuid=${user}`, `--regid=${user}`, "--clear-groups", Deno.execPath(), "eval"]
          .concat(`(await Deno.connect({ transport: "unix", path: "${place.path}" })).close()`),
        env: { HOME: place.folder },
      }).output();
    assertEquals((await connect(65_534)).code, 0);
    await Deno.chmod(place.folder, 0o755);
    assertEquals((await connect(65_533)).code, 1);

    await using reader = startChat(["observe", "--from", place.path, "--json"]);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using one = await Deno.connect({ port: listener.addr.port });
    using other = await listener.accept();
    const first = reader.line();
    let began = false;
    first.then(() => began = true);
    await until("the first line", async () => {
      await one.write(new Uint8Array(77));
      await other.read(new Uint8Array(77));
      return began;
    });
    assertEquals(JSON.parse(await first ?? "").pids, [Deno.pid]);
    observer.child.kill("SIGTERM");
    const lines: string[] = [];
    for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
      lines.push(line);
    }
    const summary = JSON.parse(lines.filter((line) => line !== "").at(-1) ?? "");
    assertEquals([summary.type, summary.reason, summary.lost], ["summary", "stopped", 0]);
    assertEquals((await within(observer.child.status, "the observer")).code, 0);
    assertEquals(place.exists(), false);
  },
);

testAsRoot([], "with a socket it may talk with the kernel, and nothing else", async () => {
  using place = new Place();
  const args = ["observe", "--pid", `${Deno.pid}`, "--duration", "0.1", "--socket", place.path];
  const { code, err } = await chat(args, { env: { CHAT_DEBUG: "1" } });
  assertEquals([code, err, place.exists()], [0, "permissions: ffi\n", false]);
});
