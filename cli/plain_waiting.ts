/**
 * What waited for somebody with an account, for the client without a screen: who whispered meanwhile, and where they were named.
 *
 * ```text
 *   [Server] In dev 12 messages are new since you left, and you are named there.
 *   [Server] Ben whispered 2 times while you were away.
 *   [Private from Ben] are you there?
 *   [Private from Ben] call me
 * ```
 *
 * It is as for clients of text: the newest whispers of each person are printed, and count as read from then on, as those do that
 * come while one is here. What is said in rooms does not: a pipe is no reader, and its owner's other devices show it as new.
 *
 * Nothing waits for this, since what is printed meanwhile is read over the same connection; at the end it is waited for.
 *
 * @module
 */

import { wait } from "../ground/mod.ts";
import {
  ChatError,
  type Client,
  ClosedError,
  foldText,
  type PrivateMessage,
  type UnreadEntry,
  waitedText,
  type Welcome,
} from "../server/wire/mod.ts";
import { newInRoom } from "../talk/mod.ts";

/** Whispers of one person that are printed at a login: as many as a client of text is told. */
const WAITED_MAX = 100;
/** People whose whispers are printed at a login: as many as a server remembers. */
const PEOPLE_MAX = 200;
/** How often it is told what was read, in ms: a frame a second for whoever is written to without a pause. */
const TOLD_MS = 1_000;
/** How long the end waits for all that, in ms. */
const LAST_MS_MAX = 5_000;

/** Prints what waited, and tells what was read of whispers. */
export class PlainWaiting implements Disposable {
  readonly #client: Pick<Client, "history" | "markRead">;
  readonly #print: (sentence: string, whispers: readonly PrivateMessage[]) => void;
  readonly #work = new Set<Promise<void>>();
  /** Folded name → who it is, and the last whisper that was printed. */
  readonly #printed = new Map<string, { readonly name: string; readonly seq: number }>();
  /** Those of them of which the server is to be told. */
  readonly #untold = new Set<string>();
  readonly #over = new AbortController();
  #pausing = false;
  #keepsReading = false;
  readonly #cameIn = Promise.withResolvers<void>();

  /** @param print Prints a sentence, and the whispers that it is about. */
  constructor(
    client: Pick<Client, "history" | "markRead">,
    print: (sentence: string, whispers: readonly PrivateMessage[]) => void,
  ) {
    this.#client = client;
    this.#print = print;
  }

  /** The account has come in. */
  welcomed({ account, unread = [], username }: Welcome): void {
    this.#keepsReading = account === true;
    this.#cameIn.resolve();
    for (const entry of unread.slice(-2 * PEOPLE_MAX)) {
      const { room, with: name } = entry;
      if (room !== undefined) this.#print(newInRoom({ ...entry, room }), []);
      if (name === undefined) continue;
      // Of who was heard in this run, the client tells by itself what was missed in a break.
      if (!this.#printed.has(foldText(name))) this.#watch(this.#look(name, entry, username));
    }
  }

  /** A whisper was printed. */
  heard({ from, seq }: PrivateMessage, own: string): void {
    if (foldText(from) !== foldText(own)) this.#read(from, seq);
  }

  /** All was printed and told, or took too long. */
  async settled(): Promise<void> {
    const over = new AbortController();
    const last = this.#all().then(() => over.abort());
    await wait(LAST_MS_MAX, over.signal);
    void last;
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  async #all(): Promise<void> {
    await this.#cameIn.promise;
    while (this.#work.size > 0) await Promise.all(this.#work);
    this.#tell();
    await Promise.all(this.#work);
  }

  async #look(name: string, { head, read }: UnreadEntry, own: string): Promise<void> {
    const page = await this.#client.history({ with: name, before: head + 1, limit: WAITED_MAX });
    const behind = page.messages.filter(({ seq }) => seq > read);
    const whispers = behind.filter((message): message is PrivateMessage =>
      message.type === "PrivateMessage" && message.deleted !== true &&
      foldText(message.from) !== foldText(own)
    );
    const isCut = page.more && (behind[0]?.seq ?? 0) > read + 1;
    if (whispers.length > 0) this.#print(waitedText(name, whispers.length, isCut), whispers);
    this.#read(name, head);
  }

  #read(name: string, seq: number): void {
    const key = foldText(name);
    const last = Math.max(seq, this.#printed.get(key)?.seq ?? 0);
    this.#printed.delete(key);
    this.#printed.set(key, { name, seq: last });
    if (this.#printed.size > PEOPLE_MAX) {
      for (const oldest of this.#printed.keys().take(1)) this.#printed.delete(oldest);
    }
    if (!this.#keepsReading) return;
    this.#untold.add(key);
    if (!this.#pausing) void this.#tellSoon();
  }

  async #tellSoon(): Promise<void> {
    this.#pausing = true;
    await wait(TOLD_MS, this.#over.signal);
    this.#pausing = false;
    if (!this.#over.signal.aborted) this.#tell();
  }

  #tell(): void {
    for (const key of this.#untold) {
      const printed = this.#printed.get(key);
      if (printed === undefined) continue;
      const { name, seq } = printed;
      this.#watch(this.#client.markRead({ with: name }, seq).then(() => {}));
    }
    this.#untold.clear();
  }

  /** What is refused, or breaks off, waits for the next login. */
  #watch(work: Promise<void>): void {
    const done = work.catch((error) => {
      if (!(error instanceof ChatError || error instanceof ClosedError)) throw error;
    });
    this.#work.add(done);
    void done.finally(() => this.#work.delete(done));
  }
}
