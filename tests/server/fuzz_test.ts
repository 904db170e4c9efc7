/**
 * Ten thousand random byte streams against a live server, and it serves on as if nothing had been.
 *
 * Streams are mixtures of good frames, broken frames, lines and garbage. One run has a fixed seed; the other
 * has a random one, which is printed and can be given again: `CHAT_FUZZ_SEED=123 deno test …`.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { CHEAP } from "./accounts/place.ts";
import { frame, joined, startServer, type TestServer, utf8, within } from "../harness.ts";

const STREAMS = 10_000;
/** Streams that are thrown at the same time. */
const AT_ONCE = 32;

/** A small generator of repeatable chance (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const TEXTS = [
  "",
  "lobby",
  "tea",
  "Alice",
  "u1",
  "Server",
  "\u202e",
  "\x1b[2J",
  "漢字",
  "a b",
  "x".repeat(40),
];
const TYPES = [
  "Login",
  "Broadcast",
  "Whisper",
  "ListUsers",
  "Join",
  "Leave",
  "ListRooms",
  "History",
]
  .concat(["Ping", "Pong", "Register", "Search", "FileOffer", "NewMessage", "__proto__", ""])
  .concat(["FileAccept", "FileReject", "FileCancel", "Transfer"])
  .concat(["Password", "Devices", "RevokeDevice", "Accounts", "AddAccount", "SetPassword"])
  .concat(["SetRole", "RemoveAccount", "EraseAccount"])
  .concat(["Hooks", "AddHook", "RemoveHook"])
  .concat(["Trace"])
  .concat(["Invitations", "AddInvitation", "RevokeInvitation"]);
const FIELDS = ["username", "content", "room", "to", "with", "id", "limit", "before", "after"]
  .concat(["resume", "session", "epoch", "password", "query", "from", "filename", "size", "offset"])
  .concat(["offer", "beside", "token", "device", "deviceName", "old", "role"]);
const LINES = [
  "hello",
  "/register password 1",
  "/password password new",
  "/devices",
  "/revoke x",
  "/list",
  "/w Alice hi",
  "/join tea",
  "/leave",
  "/rooms",
  "/help",
  "/quit",
  "//x",
]
  .concat(["/", "GET / HTTP/1.1", "", "\x1b[31m", "\u202eabc", "x".repeat(11_000)]);

function makeStream(below: (n: number) => number): Uint8Array {
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const garbage = (max: number) => Uint8Array.from({ length: below(max) + 1 }, () => below(256));
  const values = (): unknown =>
    pick<unknown>([pick(TEXTS), below(5), -1, 1.5, null, true, [], {}, { lobby: below(3) }]);
  const goodFrame = () => {
    const fields = Array.from({ length: below(5) }, () => [pick(FIELDS), values()]);
    return frame({ ...Object.fromEntries(fields), type: pick(TYPES) });
  };
  const saneFrame = () =>
    frame(pick<object>([
      { type: "Login", username: `u${below(50)}` },
      { type: "Broadcast", content: pick(TEXTS), id: `${below(9)}` },
      { type: "Join", room: `r${below(5)}` },
      { type: "Leave", room: "lobby" },
      { type: "Whisper", to: `u${below(50)}`, content: "hi" },
      { type: "History", limit: 1 + below(3) },
      { type: "FileOffer", to: `u${below(50)}`, filename: "f", size: below(30), id: "f" },
      { type: "FileOffer", room: "lobby", filename: "f", size: below(30), beside: below(2) === 0 },
      { type: "FileAccept", from: `u${below(50)}`, filename: "f", offset: below(3) },
      { type: "FileReject", from: `u${below(50)}`, filename: "f" },
      { type: "Register", username: `u${below(50)}`, password: `password ${below(2)}`, id: "r" },
      { type: "Login", username: `u${below(50)}`, password: `password ${below(2)}` },
      { type: "Password", old: `password ${below(2)}`, password: `password ${below(2)}` },
      { type: "Devices", id: "d" },
    ]));
  const brokenFrame = () => {
    const bytes = pick([goodFrame, saneFrame])();
    for (let n = below(4) + 1; n > 0; n--) bytes[below(bytes.length)] = below(256);
    return below(3) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes;
  };
  const line = () => utf8(pick(LINES) + pick(["\n", "\r\n", ""]));
  const part = () =>
    pick([goodFrame, saneFrame, saneFrame, brokenFrame, line, () => garbage(60)])();
  const start = pick([
    () => frame({ type: "Login", username: `u${below(50)}` }),
    () => utf8(`t${below(50)}\n`),
    part,
  ]);
  return joined(start(), ...Array.from({ length: below(12) }, part));
}

/** Throws one stream, in pieces, and hangs up in one of several ways. */
async function throwAt(server: TestServer, below: (n: number) => number): Promise<void> {
  const stream = makeStream(below);
  const cut = below(stream.length + 1);
  const ending = below(4);
  const client = await server.connect({ reading: ending !== 0 });
  try {
    await client.write(stream.subarray(0, cut));
    await client.write(stream.subarray(cut));
    if (ending < 2) return;
    await client.closeWrite();
    if (ending === 2) await client.rest();
  } catch (error) {
    // The server may have closed while we were still writing.
    const gone = error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.NotConnected;
    if (!gone) throw error;
  } finally {
    await client.close();
  }
}

async function fuzz(seed: number): Promise<void> {
  await using server = startServer({ passwordCost: CHEAP });
  await using oldFrames = await server.frames("OldFrames");
  await using oldText = await server.text("OldText");
  const below = chance(seed);
  const seeds = Array.from({ length: STREAMS }, () => below(2 ** 32));
  const throwing = Array.from({ length: AT_ONCE }, async () => {
    for (let next = seeds.pop(); next !== undefined; next = seeds.pop()) {
      await throwAt(server, chance(next));
    }
  });
  await within(Promise.all(throwing), "All streams", 60_000);

  const failed = server.events.find(({ kind }) => kind === "failed");
  assertEquals(failed, undefined, "No connection met a defect");
  const joinedCount = server.events.filter(({ kind }) => kind === "joined").length;
  assert(joinedCount > STREAMS / 20, `Only ${joinedCount} streams came in at all`);

  await oldFrames.send({ type: "Broadcast", content: "still here", id: "end" });
  for (;;) if ((await oldFrames.nextOf("Ack")).re === "end") break;
  while (!(await oldText.line()).startsWith("OldFrames: still here"));
  await using fresh = await server.frames("Fresh");
  await oldText.write("welcome\n");
  while ((await fresh.nextOf("NewMessage")).content !== "welcome");
}

Deno.test("the server outlives 10,000 byte streams of a fixed seed", () => fuzz(20_260_101));

Deno.test("the server outlives 10,000 byte streams of a random seed", async () => {
  const given = Deno.env.get("CHAT_FUZZ_SEED");
  const seed = given === undefined
    ? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
    : Number(given);
  // Whoever sees it fail needs the seed.
  await Deno.stdout.write(utf8(`CHAT_FUZZ_SEED=${seed}\n`));
  await fuzz(seed);
});
