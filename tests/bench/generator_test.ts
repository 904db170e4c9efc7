/**
 * Tests of the load generator (c/load.c): a benchmark that does not notice a wrong server measures
 * nothing. A small server breaks the rules on purpose, once each, towards one member.
 *
 * The server sends every message as a frame of its own, with the keys in another order than ours,
 * so the tests also show that the generator does not depend on our encoding. Without a C compiler
 * they end at once. They measure nothing and are over in a few seconds.
 *
 * @module
 */

import { match, ok, strictEqual } from "node:assert/strict";
import { testWith } from "../skips.ts";
import { compilePrograms, type Programs } from "./compile.ts";
import { measure, type Outcome } from "./generator.ts";
import type { Workload } from "./workloads.ts";

/** What the server does instead of passing on a message to its first member. */
type Fault =
  | "none"
  | "lose"
  | "double"
  | "swap"
  | "change"
  | "hang up"
  | "complain"
  | "misdirect"
  | "short page";

const encoder = new TextEncoder();
/** Which message it is, of all. */
const faultyMessage = 20;

function frame(body: unknown): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(JSON.stringify(body));
  const whole = new Uint8Array(4 + bytes.length);
  new DataView(whole.buffer).setUint32(0, bytes.length);
  whole.set(bytes, 4);
  return whole;
}

/** The generator puts it in front of what a sender says. */
function senderOf(content: string): string {
  return content.slice(0, 4);
}

/** What the faulty member gets for one message. */
function distort(fault: Fault, content: string): Uint8Array<ArrayBuffer>[] {
  const good = frame({ from: "u1", content, seq: 1, type: "NewMessage" });
  switch (fault) {
    case "lose":
      return [];
    case "double":
      return [good, good];
    case "change":
      return [frame({ from: "u1", content: content.slice(0, -1), seq: 1, type: "NewMessage" })];
    case "complain":
      return [good, frame({ msg: "slow down", code: "rate_limited", type: "Error" })];
    default:
      return [good];
  }
}

/** A server with one room; `fault` happens once. */
function faultyServer(fault: Fault): AsyncDisposable & { readonly port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const members: { conn: Deno.Conn; name: string; sent: Promise<void> }[] = [];
  let count = 0;
  let pages = 0;
  let heldBack: string | undefined;

  function send(member: { conn: Deno.Conn; sent: Promise<void> }, frames: Uint8Array[]): void {
    member.sent = member.sent.then(async () => {
      for (let rest of frames) {
        while (rest.length > 0) rest = rest.subarray(await member.conn.write(rest));
      }
    }).catch(() => {}); // the generator left
  }

  /** What the member with the fault gets instead of message number `count`. */
  function faulty(content: string): Uint8Array<ArrayBuffer>[] {
    if (count === faultyMessage && fault === "swap") {
      heldBack = content;
      return [];
    }
    const now = distort(count === faultyMessage ? fault : "none", content);
    // Two of one sender change places: between senders there is no order.
    if (heldBack === undefined || senderOf(heldBack) !== senderOf(content)) return now;
    const late = distort("none", heldBack);
    heldBack = undefined;
    return [...now, ...late];
  }

  function broadcast(content: string): void {
    count++;
    members.forEach((member, place) => {
      if (place > 0) send(member, distort("none", content));
      else if (count === faultyMessage && fault === "hang up") member.conn.close();
      else send(member, faulty(content));
    });
  }

  /** To the one it is for, or to another. */
  function whisper(to: string, content: string): void {
    const isFaulty = fault === "misdirect" && ++count === faultyMessage;
    const member = members.find(({ name }) => isFaulty !== (name === to));
    if (member) send(member, [frame({ type: "PrivateMessage", from: "u1", to, content })]);
  }

  /** A page of the history, not quite full. */
  function page(limit: number): Uint8Array<ArrayBuffer> {
    const size = fault === "short page" && ++pages === faultyMessage ? limit - 1 : limit;
    const messages = Array.from(
      { length: size },
      (_, n) => ({ type: "NewMessage", content: `${n}` }),
    );
    return frame({ type: "HistoryPage", messages });
  }

  async function handle(conn: Deno.Conn): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of conn.readable.values({ preventCancel: true })) {
      text += decoder.decode(bytes, { stream: true });
      // Sizes are skipped: no body here contains a brace except at its ends.
      for (let end; (end = text.indexOf("}")) >= 0; text = text.slice(end + 1)) {
        const message = JSON.parse(text.slice(text.indexOf("{"), end + 1));
        const member = members.find((one) => one.conn === conn);
        if (member === undefined) {
          const entered = { conn, name: message.username, sent: Promise.resolve() };
          members.push(entered);
          send(entered, [frame({ type: "Welcome" })]);
        } else if (message.type === "Broadcast") broadcast(message.content);
        else if (message.type === "Whisper") whisper(message.to, message.content);
        else if (message.type === "History") send(member, [page(message.limit)]);
      }
    }
  }

  const handlers: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) handlers.push(handle(conn).catch(() => {}));
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await accepting;
      for (const { conn } of members) {
        try {
          conn.close();
        } catch (error) {
          if (!(error instanceof Deno.errors.BadResource)) throw error; // closed by the other end
        }
      }
      await Promise.all([...handlers, ...members.map((member) => member.sent)]);
    },
  };
}

/** What `measure` says about a server with this fault. */
async function outcomeOf(
  fault: Fault,
  programs: Programs,
  load: Partial<Workload> = {},
): Promise<Outcome> {
  const short = await outcomeAfter(0.5, fault, { programs, load });
  if (isTelling(short, fault, load)) return short;
  // A machine that is busy with something else got nowhere.
  return await outcomeAfter(10, fault, { programs, load });
}

/** Whether there was time enough to meet the fault, or for a good server to have shown all that it is asked for. */
function isTelling(outcome: Outcome, fault: Fault, load: Partial<Workload>): boolean {
  if (outcome.kind !== "measured") return !outcome.reason.startsWith("no message reached");
  const { sent, answersPerS } = outcome.figures;
  return fault === "none" && sent > faultyMessage && (!load.readers || answersPerS > 0);
}

async function outcomeAfter(
  seconds: number,
  fault: Fault,
  { programs, load }: { readonly programs: Programs; readonly load: Partial<Workload> },
): Promise<Outcome> {
  await using server = faultyServer(fault);
  const memory = () => Promise.resolve({ residentKiB: 0, peakKiB: 0 });
  const workload = {
    name: "",
    title: "",
    block: "fan-out",
    receivers: 3,
    senders: 2,
    window: 4,
    inMean: false,
    ...load,
  } as const;
  return await measure({ ...server, memory, lastWords: () => "" }, programs, {
    workload,
    seconds,
    warmup: 0.1,
    landed: load.whispers ? "all" : "own",
    signal: new AbortController().signal,
  });
}

const whispers = { receivers: 4, whispers: true };
const readers = { receivers: 5, readers: 2 };

/** Each fault, the words by which the generator must name it, and in which load. */
const faults: readonly [Fault, RegExp, Partial<Workload>?][] = [
  ["lose", /is missing/],
  ["double", /came again or late/],
  ["swap", /came again or late/],
  ["change", /not of this run/],
  ["hang up", /the server closed it/],
  ["complain", /rate_limited/],
  ["misdirect", /not of this run/, whispers],
  ["short page", /a page has 49 messages of 50/, readers],
];

testWith(["cc"], "measure() accepts a right server and names each wrong one", async (t) => {
  await using programs = await compilePrograms(new AbortController().signal);
  if (programs === undefined) throw new Error("The generator could not be compiled");

  await t.step("a server that does everything right", async () => {
    const outcome = await outcomeOf("none", programs);
    strictEqual(outcome.kind, "measured", JSON.stringify(outcome));
    ok(outcome.figures.sent > faultyMessage, "too few messages to meet the fault");
  });
  await t.step("whispers that all reach whom they are for", async () => {
    const outcome = await outcomeOf("none", programs, whispers);
    strictEqual(outcome.kind, "measured", JSON.stringify(outcome));
    ok(outcome.figures.sent > faultyMessage, "too few messages to meet the fault");
  });
  await t.step("pages that are all full", async () => {
    const outcome = await outcomeOf("none", programs, readers);
    strictEqual(outcome.kind, "measured", JSON.stringify(outcome));
    ok(outcome.figures.answersPerS > 0 && outcome.figures.pageUs.p50 > 0, "no page was read");
  });
  for (const [fault, words, load] of faults) {
    await t.step(`a server with the fault: ${fault}`, async () => {
      const outcome = await outcomeOf(fault, programs, load);
      strictEqual(outcome.kind, "failed", JSON.stringify(outcome));
      match(outcome.reason, words);
    });
  }
});
