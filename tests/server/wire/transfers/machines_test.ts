/**
 * Claims about the two machines of transfers, in any order of events: they end once, say so, and never do what makes
 * no sense.
 *
 * @module
 */

import fc from "fast-check";
import {
  type Incoming,
  incoming,
  type InEffect,
  type InEvent,
} from "../../../../server/wire/transfers/incoming.ts";
import { RETRIES_MAX } from "../../../../server/wire/transfers/limits.ts";
import {
  type OutEffect,
  type OutEvent,
  type Outgoing,
  outgoing,
} from "../../../../server/wire/transfers/outgoing.ts";
import { awaitsOffer } from "../../../../server/wire/transfers/matching.ts";
import type { Source } from "../../../../server/wire/transfers/place.ts";
import { stepIn } from "../../../../server/wire/transfers/step_in.ts";
import { stepOut } from "../../../../server/wire/transfers/step_out.ts";
import { assert, assertEquals } from "../../../assert.ts";

const SHA = "a".repeat(64);
const OFFER = { from: "anna at host:1", name: "f", size: 100, sha256: SHA };
const SOURCE: Source = {
  name: "f",
  size: 100,
  sha256: SHA,
  demandSame: () => Promise.resolve(),
  async *read() {},
};

const done = { kind: "done", path: "/in/f", sha256: SHA, compared: true } as const;
const partial = (offset: number) =>
  ({ kind: "partial", offset, why: "ended", reason: "It broke." }) as const;

function playIn(events: readonly InEvent[], from = incoming(1, "Anna", OFFER, "o1")): {
  transfer: Incoming;
  effects: InEffect[];
} {
  let transfer = from;
  const effects: InEffect[] = [];
  for (const event of events) {
    const step = stepIn(transfer, event);
    transfer = step.transfer;
    effects.push(...step.effects);
  }
  return { transfer, effects };
}

function playOut(events: readonly OutEvent[], to: Outgoing["to"] = { user: "Bob" }): {
  transfer: Outgoing;
  effects: OutEffect[];
} {
  let transfer = outgoing(1, to, "/f");
  const effects: OutEffect[] = [];
  for (const event of events) {
    const step = stepOut(transfer, event);
    transfer = step.transfer;
    effects.push(...step.effects);
  }
  return { transfer, effects };
}

const TAKEN: readonly InEvent[] = [
  { kind: "yes" },
  { kind: "slot" },
  { kind: "ready", offset: 0 },
  { kind: "start", id: "o1", token: "t" },
];

Deno.test("a yes leads to bytes, and the bytes to a word to the sender", () => {
  const { transfer, effects } = playIn([...TAKEN, { kind: "taken", end: done }]);
  assertEquals(transfer.state, {
    kind: "ended",
    end: { kind: "done", path: "/in/f" },
    owed: { kind: "word", sha256: SHA },
  });
  assertEquals(effects.map((effect) => effect.do), [
    "slot",
    "prepare",
    "accept",
    "download",
    "confirm",
  ]);
});

Deno.test("a yes holds over every break: the next offer of the file is taken without asking", () => {
  const breaks: readonly (readonly InEvent[])[] = [
    [{ kind: "offline" }, { kind: "taken", end: partial(50) }],
    [{ kind: "taken", end: partial(50) }, { kind: "offline" }],
    [
      { kind: "cancelled", id: "o1", msg: "Anna has left.", again: false, left: true },
      { kind: "taken", end: partial(50) },
    ],
  ];
  for (const events of breaks) {
    const { transfer, effects } = playIn([
      ...TAKEN,
      ...events,
      { kind: "offer", id: "o2" },
      { kind: "slot" },
      { kind: "ready", offset: 50 },
    ]);
    assertEquals(transfer.state, { kind: "accepting", id: "o2", offset: 50 });
    assertEquals(effects.slice(-2), [
      { do: "resuming", offset: 50 },
      { do: "accept", id: "o2", offset: 50 },
    ]);
  }
});

Deno.test("a fresh offer is taken for the old one only when that is over, and of the same file", () => {
  const left = { kind: "cancelled", id: "o1", msg: "", again: false, left: true } as const;
  const cut = playIn([...TAKEN, left]).transfer;
  assert(awaitsOffer(cut, OFFER));
  assert(!awaitsOffer(playIn(TAKEN).transfer, OFFER), "It is another one beside it");
  const changes = [{ name: "g" }, { size: 99 }, { from: "eve" }, { sha256: "b".repeat(64) }];
  for (const change of changes) assert(!awaitsOffer(cut, { ...OFFER, ...change }));
  assert(!awaitsOffer(cut, { from: OFFER.from, name: "f", size: 100 }), "Without a SHA-256");
});

Deno.test("an offer that comes back before the bytes have ended waits for them", () => {
  const { transfer } = playIn([...TAKEN, { kind: "offline" }, { kind: "offer", id: "o2" }]);
  assertEquals(transfer.state.kind, "receiving");
  const { effects } = playIn([{ kind: "taken", end: done }], transfer);
  assertEquals(effects, [{ do: "confirm", id: "o2", sha256: SHA }]);
});

Deno.test("what brings nothing is given up after some tries; what gets on is not", () => {
  const again: readonly InEvent[] = [
    { kind: "cancelled", id: "o1", msg: "It broke.", again: true, left: false },
    { kind: "retry" },
    { kind: "slot" },
    { kind: "ready", offset: 0 },
    { kind: "start", id: "o1", token: "t" },
  ];
  const tries = (offset: (index: number) => number) =>
    Array.from({ length: 3 * RETRIES_MAX }, (_, index): readonly InEvent[] => [
      { kind: "taken", end: partial(offset(index)) },
      ...again,
    ]).flat();
  assertEquals(playIn([...TAKEN, ...tries(() => 0)]).transfer.state.kind, "ended");
  assertEquals(playIn([...TAKEN, ...tries((index) => index + 1)]).transfer.state.kind, "receiving");
});

Deno.test("a sender who does not know that the file is here is told again, and nothing is sent", () => {
  const { effects } = playIn([
    ...TAKEN,
    { kind: "taken", end: done },
    { kind: "offer", id: "o2" },
    { kind: "told", id: "o2" },
    { kind: "offer", id: "o3" },
  ]);
  const told = (id: string): InEffect[] => [
    { do: "accept", id, offset: 100 },
    { do: "confirm", id, sha256: SHA },
  ];
  assertEquals(effects.slice(-4), [...told("o2"), ...told("o3")]);
});

const OPEN: readonly OutEvent[] = [
  { kind: "read", source: SOURCE },
  { kind: "slot" },
  { kind: "ack", id: "o1", users: 1 },
];
const SENT: readonly OutEvent[] = [
  ...OPEN,
  { kind: "accepted", by: "Bob", offset: 0 },
  { kind: "start", token: "t", offset: 0 },
  { kind: "through", by: "Bob" },
];

Deno.test("a file has arrived when its receiver says so, with the right SHA-256, and not before", () => {
  assertEquals(playOut(SENT).transfer.state.kind, "open");
  const right = playOut([...SENT, { kind: "received", by: "bob", sha256: SHA.toUpperCase() }]);
  assertEquals(right.transfer.state, { kind: "ended", end: { kind: "done", text: "Bob" } });
  const wrong = playOut([...SENT, { kind: "received", by: "Bob", sha256: "b".repeat(64) }]);
  assert(wrong.transfer.state.kind === "ended" && wrong.transfer.state.end.kind === "failed");
  const stranger = playOut([...SENT, { kind: "received", by: "Eve", sha256: SHA }]);
  assertEquals(stranger.transfer.state.kind, "open");
});

Deno.test("without an offered SHA-256 the receiver's is held against that of what went through", () => {
  const { sha256: _, ...bare } = SOURCE;
  const end = (relayed: string | undefined, has: string) =>
    playOut([
      { kind: "read", source: bare },
      { kind: "slot" },
      { kind: "ack", id: "o1", users: 1 },
      { kind: "accepted", by: "Bob", offset: 0 },
      { kind: "start", token: "t", offset: 0 },
      { kind: "through", by: "Bob", sha256: relayed },
      { kind: "received", by: "Bob", sha256: has },
    ]).transfer.state;
  const ended = (state: Outgoing["state"]) => state.kind === "ended" ? state.end.kind : state.kind;
  assertEquals(ended(end(SHA, SHA.toUpperCase())), "done");
  assertEquals(ended(end(SHA, "b".repeat(64))), "failed");
  assertEquals(ended(end(undefined, "b".repeat(64))), "done");
});

Deno.test("somebody who was never there is not waited for; somebody who left is", () => {
  const refused: OutEvent = { kind: "refused", code: "not_found", reason: "Not there." };
  assertEquals(playOut([...OPEN.slice(0, 2), refused]).transfer.state.kind, "ended");
  const left: OutEvent = { kind: "cancelled", by: "Bob", msg: "", again: false, left: true };
  const tried = playOut([...OPEN, left, { kind: "retry" }, { kind: "slot" }, refused]);
  assertEquals(tried.transfer.state.kind, "away");
  const back = playOut([...OPEN, left, { kind: "arrived", user: "BOB" }, { kind: "slot" }]);
  assertEquals(back.effects.at(-1), { do: "offer" });
});

Deno.test("in a room, those who were cut off go on alone, and nobody else is asked again", () => {
  const { transfer, effects } = playOut([
    ...OPEN.slice(0, 2),
    { kind: "ack", id: "o1", users: 3 },
    { kind: "accepted", by: "Bob", offset: 0 },
    { kind: "rejected", by: "Carol" },
    { kind: "offline" },
  ], { room: "lobby" });
  assertEquals(transfer.state, { kind: "ended", end: { kind: "split" } });
  assertEquals(effects.filter((effect) => effect.do === "spawn"), [
    { do: "spawn", user: "Bob", tag: undefined },
  ]);
});

Deno.test("why one receiver declined is told; of several it is nobody's reason", () => {
  const no = (by: string, reason?: string): OutEvent => ({ kind: "rejected", by, reason });
  const alone = playOut([...OPEN, no("Bob", "no_space")]);
  const end = { kind: "declined", reason: "no_space" };
  assertEquals(alone.transfer.state, { kind: "ended", end });
  const two: OutEvent[] = [{ kind: "ack", id: "o1", users: 2 }, no("Bob", "no_space"), no("Carol")];
  const { transfer } = playOut([...OPEN.slice(0, 2), ...two], { room: "lobby" });
  assertEquals(transfer.state, { kind: "ended", end: { kind: "declined" } });
});

Deno.test("what is asked for and cannot be taken is declined with the reason", () => {
  const unable: InEvent = { kind: "unable", reason: "Here.", hindrance: "too_large" };
  const { effects } = playIn([{ kind: "yes" }, { kind: "slot" }, unable]);
  assertEquals(effects.at(-1), { do: "reject", id: "o1", hindrance: "too_large" });
});

const ids = fc.constantFrom("o1", "o2");
const who = fc.constantFrom("Bob", "bob", "Carol");
const anyIn: fc.Arbitrary<InEvent> = fc.oneof(
  fc.record({ kind: fc.constant("offer" as const), id: ids }),
  fc.constantFrom<InEvent>(
    { kind: "yes" },
    { kind: "no" },
    { kind: "slot" },
    { kind: "ready", offset: 10 },
    { kind: "have", path: "/in/f" },
    { kind: "unable", reason: "No.", hindrance: "no_space" },
    { kind: "refused", code: "busy", reason: "Later." },
    { kind: "refused", code: "not_found", reason: "Gone." },
    { kind: "taken", end: done },
    { kind: "taken", end: partial(20) },
    { kind: "taken", end: { ...partial(20), why: "disk_full" } },
    { kind: "offline" },
    { kind: "retry" },
    { kind: "late" },
    { kind: "cancel" },
  ),
  fc.record({ kind: fc.constant("start" as const), id: ids, token: fc.constant("t") }),
  fc.record({
    kind: fc.constant("cancelled" as const),
    id: ids,
    msg: fc.constant("Why."),
    again: fc.boolean(),
    left: fc.boolean(),
  }),
);
const anyOut: fc.Arbitrary<OutEvent> = fc.oneof(
  fc.constantFrom<OutEvent>(
    { kind: "read", source: SOURCE },
    { kind: "failed", reason: "No." },
    { kind: "slot" },
    { kind: "ack", id: "o1", users: 1 },
    { kind: "ack", id: "o2", users: 2 },
    { kind: "refused", code: "busy", reason: "Later." },
    { kind: "start", token: "t", offset: 0 },
    { kind: "offline" },
    { kind: "online" },
    { kind: "retry" },
    { kind: "unconfirmed" },
    { kind: "late" },
    { kind: "cancel" },
  ),
  who.map((by): OutEvent => ({ kind: "accepted", by, offset: 0 })),
  who.map((by): OutEvent => ({ kind: "rejected", by })),
  who.map((by): OutEvent => ({ kind: "through", by })),
  who.map((by): OutEvent => ({ kind: "received", by, sha256: SHA })),
  who.map((user): OutEvent => ({ kind: "gone", user })),
  fc.record({
    kind: fc.constant("cancelled" as const),
    by: fc.option(who, { nil: undefined }),
    msg: fc.constant("Why."),
    again: fc.boolean(),
    left: fc.boolean(),
  }),
);

Deno.test("an incoming transfer ends once, and holds at most one prepared file, whatever happens", () => {
  fc.assert(fc.property(fc.array(anyIn, { maxLength: 40 }), (events) => {
    let transfer = incoming(1, "Anna", OFFER, "o1");
    let prepared = false;
    for (const event of events) {
      // What the shell does not do: give a file that nobody asked for.
      if (event.kind === "ready" && transfer.state.kind !== "preparing") continue;
      const before = transfer.state;
      const step = stepIn(transfer, event);
      transfer = step.transfer;
      if (event.kind === "ready") prepared = true;
      for (const effect of step.effects) {
        if (effect.do === "prepare") assert(!prepared, "The last one was given up");
        if (effect.do === "download") {
          assert(prepared, "There is a file to write to");
          prepared = false;
        }
        if (effect.do === "drop") prepared = false;
      }
      if (before.kind === "ended") {
        assert(transfer.state.kind === "ended" && transfer.state.end === before.end);
      }
    }
    assert(transfer.state.kind !== "ended" || !prepared, "Nothing is left open");
  }));
});

Deno.test("an outgoing transfer ends once, and an open offer never outlives it", () => {
  const peers = fc.constantFrom<Outgoing["to"]>({ user: "Bob" }, { room: "lobby" });
  fc.assert(fc.property(fc.array(anyOut, { maxLength: 40 }), peers, (events, to) => {
    let transfer = outgoing(1, to, "/f");
    for (const event of events) {
      const before = transfer.state;
      const step = stepOut(transfer, event);
      transfer = step.transfer;
      if (before.kind === "ended") {
        assertEquals(transfer.state, before);
        assert(step.effects.every((effect) => effect.do === "cancel"), "Only a late offer goes");
      } else if (transfer.state.kind === "ended" && before.kind === "open") {
        const cancels = step.effects.some((effect) => effect.do === "cancel");
        assert(cancels || event.kind === "offline", "The server is told");
      }
    }
  }));
});
