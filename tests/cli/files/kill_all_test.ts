/**
 * kill -9 of the sender, the receiver or the server, at random moments, of the real programs: whoever dies is
 * started again by hand, the others go on by themselves, and in the end the file is there once and whole.
 *
 * `CHAT_FILE_KILLS` says how many kills there are (5), `CHAT_KILL_SEED` repeats them; the seed is printed.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { seeded } from "../../db/sim/world.ts";
import { utf8, within } from "../../harness.ts";
import { freePort } from "../../ports.ts";
import { command } from "../program.ts";
import { namesIn, place, sha256Of, someBytes } from "./place.ts";

const KILLS = Number(Deno.env.get("CHAT_FILE_KILLS") ?? 5);
const FILE_BYTES = 48 << 20;
/** So that a transfer takes a second and more, and there is something to kill. */
const RATE = "24M";
const DELAY_MS_MAX = 1_500;
/** A program takes about as long until it has begun. */
const DELAY_MS_MIN = 500;

/** A program that is started again when it dies. */
class Program implements AsyncDisposable {
  readonly #args: readonly string[];
  #child: Deno.ChildProcess | undefined;
  #said = "";
  #reading: Promise<unknown> = Promise.resolve();
  /** The exit code, once it has ended by itself. */
  code: number | undefined;
  #ended = Promise.withResolvers<void>();

  constructor(...args: readonly string[]) {
    this.#args = args;
  }

  start(): void {
    const child = command(this.#args, {}).spawn();
    this.#child = child;
    this.#said = "";
    this.code = undefined;
    this.#ended = Promise.withResolvers();
    const keep = (stream: ReadableStream<Uint8Array<ArrayBuffer>>) =>
      stream.pipeThrough(new TextDecoderStream()).pipeTo(
        new WritableStream({ write: (text) => void (this.#said += text) }),
      );
    const input = child.stdin.close();
    this.#reading = Promise.all([
      input,
      keep(child.stdout),
      keep(child.stderr),
      child.status.then(({ code, signal }) => {
        if (signal !== null || this.#child !== child) return;
        this.code = code;
        this.#ended.resolve();
      }),
    ]);
  }

  /** Resolves when it has ended by itself. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get said(): string {
    return this.#said;
  }

  async kill(): Promise<void> {
    try {
      this.#child?.kill("SIGKILL");
    } catch (error) {
      // It ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** A moment of chance: when it comes is the trial, nothing waits for it to be long enough. */
class Moment implements Disposable {
  readonly come: Promise<void>;
  readonly #timer: ReturnType<typeof setTimeout>;
  isOver = false;

  constructor(ms: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.come = promise;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      resolve();
    }, ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

Deno.test(`after ${KILLS} kills of sender, receiver and server each file arrives whole`, async () => {
  const given = Deno.env.get("CHAT_KILL_SEED");
  const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
  await Deno.stdout.write(utf8(`CHAT_KILL_SEED=${seed}\n`));
  const random = seeded(seed);
  using at = place();
  const port = freePort();
  const where = ["-s", `127.0.0.1:${port}`];
  const [path, inbox] = [`${at.path}/a.bin`, `${at.path}/in`];
  await Deno.writeFile(path, someBytes(FILE_BYTES));
  const wanted = sha256Of(path);
  await using server = new Program("serve", "-p", `${port}`);
  await using receiver = new Program("receive", ...where, "-n", "Bob", "--yes", "--out", inbox);
  await using sender = new Program(
    ...["send", ...where, "-n", "Anna", "--file", path, "--to", "Bob", "--limit-rate", RATE],
  );
  const all = [server, receiver, sender];
  let kills = 0;
  for (const program of all) program.start();
  for (let file = 0; kills < KILLS || file === 0; file++) {
    const work = async (): Promise<void> => {
      while (sender.code !== 0) {
        using moment = new Moment(DELAY_MS_MIN + random() * DELAY_MS_MAX);
        while (!moment.isOver && sender.code !== 0) {
          await Promise.race([moment.come, receiver.ended, sender.ended]);
          // Whoever could not begin (the name still taken, nobody there yet) is started again, as people do.
          if (receiver.code !== undefined) receiver.start();
          if (sender.code !== undefined && sender.code !== 0) sender.start();
        }
        if (kills >= KILLS || sender.code === 0) continue;
        const victim = all[Math.floor(random() * all.length)] ?? sender;
        kills++;
        await victim.kill();
        victim.start();
      }
    };
    await within(work(), "The end of a file", 120_000 + KILLS * 5_000).catch((error) => {
      throw new Error(all.map((one) => one.said).join("\n--\n"), { cause: error });
    });
    assertEquals(namesIn(inbox), ["a.bin"]);
    assertEquals(sha256Of(`${inbox}/a.bin`), wanted);
    await Deno.remove(`${inbox}/a.bin`);
    sender.start();
  }
});
