/**
 * A crew over sockets that do as a test says.
 *
 * @module
 */

import { Crew } from "../../load/crew.ts";
import { AHEAD_BYTES_MAX, ASKED_BYTES_MAX } from "../../load/limits.ts";
import type { Plan } from "../../load/mod.ts";
import { look, newSharedMemory, PHASE } from "../../load/shared.ts";
import type { Hearer, Socket, Sockets } from "../../load/sockets.ts";
import { assert, assertEquals } from "../assert.ts";
import { frame, joined } from "../harness.ts";

const PLAN: Plan = {
  host: "127.0.0.1",
  port: 1,
  way: "frames",
  transport: "runtime",
  members: 1,
  senders: 1,
  rooms: 1,
  inFlight: 65_536,
  rate: 0,
  size: 200,
  until: "all",
  ids: false,
  warmUpSeconds: 0,
  seconds: 1,
  threads: 1,
  run: "a3f0",
};

/** One member, whose server reads nothing. */
async function unread(plan: Plan) {
  const shared = look(newSharedMemory(plan));
  let hearer: Hearer | undefined;
  let unsent = 0;
  const socket: Socket = {
    write: ({ length }) => void (unsent += length),
    get unsent() {
      return unsent;
    },
    close: () => {},
  };
  const sockets: Sockets = {
    dial: (one) => {
      hearer = one;
      return Promise.resolve(socket);
    },
    run: () => {},
    soon: () => {},
    ring: () => {},
    close: () => Promise.resolve(),
  };
  const fail = (sentence: string) => {
    throw new Error(sentence);
  };
  const crew = new Crew({ plan, thread: 0, shared, sockets, nowUs: () => 0, fail });
  const allIn = crew.logIn();
  await Promise.resolve();
  await Promise.resolve();
  assert(hearer !== undefined, "It is connected");
  const { data } = hearer;
  const hear = (bytes: Uint8Array) => assertEquals(data(bytes, 0, bytes.length), bytes.length);
  hear(frame({ type: "Ack", re: "join" }));
  await allIn;
  return { crew, shared, hear, unsent: () => unsent };
}

Deno.test("who asks for signs of life without end and reads none gets few", async () => {
  const { crew, hear, unsent } = await unread(PLAN);
  const many = joined(...Array.from({ length: 1_000 }, () => frame({ type: "Ping" })));
  for (let times = 0; times < 100; times++) hear(many);
  assert(unsent() < 2 * ASKED_BYTES_MAX, `${unsent()} bytes wait`);
  crew.close();
});

Deno.test("a sender says no more than can be sent soon", async () => {
  const { crew, shared, unsent } = await unread(PLAN);
  shared.phase[0] = PHASE.talking;
  shared.bells[0] = 1;
  crew.turn();
  const sent = shared.sent[0] ?? 0;
  assert(unsent() <= AHEAD_BYTES_MAX, `${unsent()} bytes wait`);
  assert(sent > 1_000 && sent < PLAN.inFlight, `${sent} are on the way`);
  shared.bells[0] = 2;
  crew.turn();
  assertEquals(shared.sent[0], sent);
  crew.close();
});
