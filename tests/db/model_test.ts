/**
 * The store against plain arrays: any sequence of writes, restarts, kills, power failures, compactions and
 * backups, made up and shrunk by fast-check.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { openStore } from "../../db/open.ts";
import { crash, randomLuck } from "./sim/crash.ts";
import { SimDisk } from "./sim/disk.ts";
import { pictureOf } from "./sim/model.ts";
import { Session } from "./sim/session.ts";
import { seeded, simWorld } from "./sim/world.ts";

const RUNS = Number(Deno.env.get("CHAT_MODEL_RUNS") ?? 60);

/** The model is the session's; a command only needs to know whether it can run. */
type Step = fc.AsyncCommand<object, Session>;

function step(name: string, run: (session: Session) => Promise<void> | void): Step {
  return { check: () => true, run: async (_, session) => await run(session), toString: () => name };
}

const streams = fc.constantFrom("a", "b", "c");
const bodies = fc.oneof(fc.string({ maxLength: 8 }), fc.nat(1200).map((n) => "x".repeat(n)));
const times = fc.integer({ min: 1000, max: 1100 });
const keys = fc.constantFrom("k1", "k2", "k3");
/** Picks one of what is there, wherever in it. */
const picks = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function pick(session: Session, stream: string, share: number): number | undefined {
  const seqs = session.model().seqs(stream);
  return seqs[Math.floor(share * seqs.length)];
}

const commands: fc.Arbitrary<Step>[] = [
  fc.tuple(streams, bodies, times).map(([stream, body, at]) =>
    step(`append(${stream}, ${body.length}, ${at})`, (session) => session.append(stream, body, at))
  ),
  fc.tuple(fc.array(fc.tuple(streams, bodies), { minLength: 1, maxLength: 4 }), keys).map((
    [all, key],
  ) => step(`batch(${all.length}, ${key})`, (session) => session.batch(all, key))),
  fc.tuple(keys, bodies).map(([key, value]) =>
    step(`put(${key})`, (session) => session.put(key, value))
  ),
  keys.map((key) => step(`delete(${key})`, (session) => session.delete(key))),
  fc.tuple(streams, picks, bodies).map(([stream, share, body]) =>
    step(`edit(${stream}, ${share})`, async (session) => {
      await session.settle();
      const seq = pick(session, stream, share);
      if (seq !== undefined) await session.edit(stream, seq, body);
    })
  ),
  fc.tuple(streams, picks, bodies, streams).map(([stream, share, body, other]) =>
    step(`edit beside(${stream}, ${share}, ${other})`, async (session) => {
      await session.settle();
      const seq = pick(session, stream, share);
      if (seq !== undefined) await session.editBeside(stream, seq, body, other);
    })
  ),
  fc.tuple(streams, picks).map(([stream, share]) =>
    step(`remove(${stream}, ${share})`, async (session) => {
      await session.settle();
      const seq = pick(session, stream, share);
      if (seq !== undefined) await session.remove(stream, seq);
    })
  ),
  fc.tuple(streams, picks).map(([stream, share]) =>
    step(`trim(${stream}, ${share})`, async (session) => {
      await session.settle();
      const seq = pick(session, stream, share);
      if (seq !== undefined) await session.trim(stream, seq);
    })
  ),
  fc.constant(step("check", (session) => session.check())),
  fc.constant(step("read pages", checkPages)),
  fc.constant(step("read by time", checkTimes)),
  fc.constant(step("compact", (session) => session.compact())),
  fc.constant(step("erase", (session) => session.erase())),
  fc.constant(step("back up", checkBackup)),
  fc.constant(step("reopen", (session) => session.reopen())),
  fc.constant(step("kill", (session) => session.killAndOpen())),
  fc.nat().map((seed) =>
    step(`power failure (${seed})`, (session) => checkPowerFailure(session, seed))
  ),
];

/** Pages before and after any place are cuts of the whole. */
async function checkPages(session: Session): Promise<void> {
  await session.settle();
  const store = session.store();
  for (const { name, last } of store.streams()) {
    const all = session.model().seqs(name);
    for (const point of [0, 1, Math.ceil(last / 2), last, last + 5]) {
      const read = async (query: object): Promise<number[]> =>
        (await store.read(name, { ...query, limit: 3 })).map(({ seq }) => seq);
      assert.deepEqual(await read({ before: point }), all.filter((seq) => seq < point).slice(-3));
      assert.deepEqual(await read({ after: point }), all.filter((seq) => seq > point).slice(0, 3));
      assert.deepEqual(await read({}), all.slice(-3));
    }
  }
}

/** The first seq of a time is the first message that is not older. */
async function checkTimes(session: Session): Promise<void> {
  await session.settle();
  const store = session.store();
  for (const { name } of store.streams()) {
    const entries = await store.read(name, { after: 0, limit: 10_000 });
    for (const time of [0, 1000, 1050, 1100, 1101, 5000]) {
      const seq = await store.seqAt(name, time);
      const later = entries.flatMap((entry) =>
        entry.kind === "message" && entry.at >= time ? [entry.seq] : []
      );
      const found = entries.filter((entry) => entry.seq >= seq).map((entry) => entry.seq);
      assert.deepEqual(found, later, `${name} at ${time}`);
    }
  }
}

/** A backup opens and shows what was there when it was made. */
async function checkBackup(session: Session): Promise<void> {
  await session.settle();
  const target = new SimDisk(new Map(), "backup");
  session.disk.at = () => target;
  await session.store().backup("backup");
  const files = crash(new Map(), new Map(), target.trace, target.trace.length, randomLuck(() => 0));
  await using copy = await openStore("backup", { storage: new SimDisk(files), world: simWorld(3) });
  assert.equal(await pictureOf(copy), session.model().picture());
}

/** After a power failure now, or a little while ago, the contract holds. */
async function checkPowerFailure(session: Session, seed: number): Promise<void> {
  const random = seeded(seed);
  const { trace } = session.disk;
  const end = trace.length - Math.floor(random() * Math.min(20, trace.length));
  const files = crash(session.start, session.origins, trace, end, randomLuck(random));
  await using store = await openStore("crashed", {
    storage: new SimDisk(files),
    world: simWorld(4),
    autoCompact: false,
  });
  session.mustHold(await pictureOf(store), end);
}

Deno.test("a store does what plain arrays do, whatever happens to it", async () => {
  const runs = fc.commands(commands, { maxCommands: 80, size: "max" });
  const sizes = fc.constantFrom(256, 700, 5000);
  await fc.assert(
    fc.asyncProperty(runs, sizes, async (steps, segmentBytes) => {
      const session = new Session({ segmentBytes });
      await session.open();
      await fc.asyncModelRun(() => ({ model: {}, real: session }), steps);
      await session.check();
      await session.store().close();
    }),
    { numRuns: RUNS },
  );
});
