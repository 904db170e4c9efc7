/**
 * Files that nobody wants, and places for files that nobody uses.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { frame, joined, login, MIB, times } from "../bytes.ts";

const BOUND = { connections: 64, connectsPerSecond: 200, bytesPerSecond: 8 * MIB };

/** Pairs who offer to each other, accept, and never come for it: all places for transfers are held. */
const idleAcceptances: Attack = {
  name: "idle-acceptances",
  root: "a place for a transfer is held by who does not transfer",
  bound: BOUND,
  reads: "messages",
  async *peer({ index, life, next, rest }) {
    const name = (which: number) => `pair${which}.${life}`;
    yield login(name(index));
    await next("Welcome");
    await rest(200);
    const offered = { filename: "f", size: 1 << 30, beside: true };
    if (index % 2 === 0) {
      const to = name(index + 1);
      yield times(32, (i) => frame({ type: "FileOffer", to, ...offered, filename: `f${i}` }));
      await rest(Infinity);
    }
    for (;;) {
      const { from, filename, offer } = await next("FileOffer");
      yield frame({ type: "FileAccept", from, filename, offer, offset: 0, beside: true });
    }
  },
};

/** Tells Anna that files have arrived which she never sent. */
const fileReceived: Attack = {
  name: "file-received",
  root: "what is passed on to others is paid by nobody",
  bound: BOUND,
  *peer({ name }) {
    const said = { from: "Anna", filename: "f", offer: "no", sha256: "0".repeat(64) };
    yield login(name);
    for (;;) yield times(500, () => frame({ type: "FileReceived", ...said, id: "f" }));
  },
};

/** Offers to everybody in the room of the honest, and takes them back. */
const offersToAll: Attack = {
  name: "offers-to-all",
  root: "one offer is told to everybody",
  bound: BOUND,
  async *peer({ name, rest }) {
    yield joined([login(name), frame({ type: "Join", room: "honest" })]);
    for (let n = 0;; n++) {
      const offer = { type: "FileOffer", filename: `f${n}`, size: 1, beside: true };
      yield times(16, () => frame({ ...offer, room: "honest", id: "o" }));
      yield times(16, () => frame({ ...offer, to: "Anna", id: "o" }));
      await rest(20);
    }
  },
};

/** Offers that are taken back at once: many questions for Anna, to which nobody waits for an answer. */
const offersAndCancels: Attack = {
  name: "offers-and-cancels",
  root: "a question outlives its asker",
  bound: BOUND,
  reads: "messages",
  async *peer({ name, next, rest }) {
    yield login(name);
    for (let n = 0;; n++) {
      yield frame({
        type: "FileOffer",
        to: "Anna",
        filename: `f${n}`,
        size: 1,
        beside: true,
        id: "o",
      });
      const { offer } = await next("OfferAck");
      yield frame({ type: "FileCancel", offer });
      await rest(1);
    }
  },
};

/** Guesses the tokens of other people's transfers. */
const tokenGuesses: Attack = {
  name: "token-guesses",
  root: "a guess costs nothing",
  bound: { connections: 100, connectsPerSecond: 1_000, bytesPerSecond: MIB },
  reads: "messages",
  async *peer({ random, next, breach }) {
    const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
    yield frame({ type: "Transfer", token: digits.join("") });
    const { filename } = await next("StartDownload");
    breach(`a stranger gets ${filename}`);
  },
};

/** Uploads that drip: a byte now and then, from one name to another. */
const drippingUploads: Attack = {
  name: "dripping-uploads",
  root: "who is slow keeps a place for as long as it likes",
  bound: BOUND,
  reads: "messages",
  async *peer({ index, life, next, rest }) {
    const name = (which: number) => `drip${which}.${life}`;
    yield login(name(index));
    await next("Welcome");
    await rest(200);
    if (index % 2 === 1) {
      const { from, filename } = await next("FileOffer");
      yield frame({ type: "FileAccept", from, filename, offset: 0 });
      await rest(Infinity);
    }
    yield frame({ type: "FileOffer", to: name(index + 1), filename: "f", size: 1 << 20 });
    await next("StartUpload");
    for (;;) {
      yield new Uint8Array(1);
      await rest(500);
    }
  },
};

/**
 * Uploads at full speed, from one address to itself: forty names send to forty others, over their own connections. Nobody
 * listens to what is said: who offers waits long enough, and whose bytes are taken for frames begins again.
 */
const fullSpeedUploads: Attack = {
  name: "full-speed-uploads",
  root: "a file's pieces come before what people say",
  bound: { connections: 80, connectsPerSecond: 400, bytesPerSecond: 4_096 * MIB },
  async *peer({ index, rest }) {
    const name = (which: number) => `fast${which}`;
    yield login(name(index));
    await rest(500);
    if (index % 2 === 1) {
      await rest(500);
      yield frame({ type: "FileAccept", from: name(index - 1), filename: "f", offset: 0 });
      await rest(Infinity);
    }
    const sha256 = "0".repeat(64);
    yield frame({ type: "FileOffer", to: name(index + 1), filename: "f", size: 2 ** 40, sha256 });
    await rest(1_500);
    const piece = new Uint8Array(256 << 10);
    for (;;) yield piece;
  },
};

/** Offers to a full room, each of a name that nobody has had: half of them stay in the room, the others offer once and leave. */
const offersOfTheFresh: Attack = {
  name: "offers-of-the-fresh",
  root: "what is counted by name is not counted of who has another",
  bound: { connections: 200, connectsPerSecond: 400, bytesPerSecond: MIB },
  async *peer({ index, life, rest }) {
    const name = `fresh${index}.${life}`;
    yield joined([login(name), frame({ type: "Join", room: "crowd" })]);
    if (index % 2 === 0) await rest(Infinity);
    yield frame({
      type: "FileOffer",
      room: "crowd",
      filename: "f",
      size: 1,
      beside: true,
      id: "o",
    });
    await rest(200);
  },
};

/** All of these. */
export const fileAttacks: readonly Attack[] = [
  idleAcceptances,
  fileReceived,
  offersToAll,
  offersOfTheFresh,
  offersAndCancels,
  tokenGuesses,
  drippingUploads,
  fullSpeedUploads,
];
