/**
 * Failing calls on the simulated disk: each kind of failure at each call of a run and of an opening, then several at
 * random calls of random runs; and after each a kill and power failures.
 *
 * @module
 */

import { pictureOf } from "../../db/sim/model.ts";
import { checkCrash } from "../../db/sim/recover.ts";
import { randomLuck } from "../../db/sim/crash.ts";
import type { Call, Fault } from "../../db/sim/disk.ts";
import { FAULT_KINDS, leaveBehind, tryFault, tryFaultAtOpening } from "../../db/sim/faults.ts";
import { Session } from "../../db/sim/session.ts";
import { seeded } from "../../db/sim/world.ts";
import type { StoreOrders } from "./mod.ts";
import { Trial } from "./trial.ts";

/** Steps of a run in which anything may fail. */
const STEPS = 40;
/** Openings behind such a run in which anything may fail, too. */
const OPENINGS = 3;
/** Power failures that are tried behind such a run. */
const CRASHES = 5;

/** Carries out the attack. */
export async function run(orders: StoreOrders): Promise<void> {
  const trial = new Trial(orders);
  const left = await leaveBehind();
  const random = seeded(orders.seed);
  for (const kind of FAULT_KINDS) {
    for (const opening of [true, false]) {
      // The run has a pause between its calls, so one that meets no fault is not yet behind the last one.
      for (let from = 0, missed = 0; missed < 3 && !trial.over; from++) {
        let met = false;
        await trial.one(
          opening ? "failing calls while opening" : "failing calls of a run",
          `${kind.name} from call ${from} on`,
          async () => {
            met = opening
              ? await tryFaultAtOpening(kind, from, left)
              : await tryFault(kind, from, random);
          },
        );
        missed = met ? 0 : missed + 1;
      }
    }
  }
  for (let { seed } = orders; !trial.over; seed++) {
    await trial.one("many failing calls of random runs", `seed ${seed}`, () => tryMany(seed));
  }
}

/** A random run in which each call may fail, and what must hold then, after a kill and after power failures. */
export async function tryMany(seed: number): Promise<void> {
  const random = seeded(seed);
  const session = new Session({ seed, segmentBytes: 700 });
  await session.open();
  const share = random() * 0.1;
  const anyFault = (call: Call): Fault | undefined => {
    if (random() >= share) return undefined;
    if (call.kind === "write" && random() < 0.5) {
      return { kind: "short", bytes: 1 + Math.floor(random() * 400) };
    }
    if (call.kind === "sync") return { kind: random() < 0.5 ? "syncKeeps" : "syncReverts" };
    const code = (["EIO", "ENOSPC", "EMFILE"] as const)[Math.floor(random() * 3)] ?? "EIO";
    return { kind: "error", code };
  };
  session.disk.fault = anyFault;
  for (let step = 0; step < STEPS; step++) await tolerantStep(session, random);
  session.disk.fault = () => undefined;
  await session.settle();
  const { length } = session.disk.trace;
  session.mustHold(await pictureOf(session.store()), length);
  for (let i = 0; i < CRASHES; i++) {
    await checkCrash(session, Math.floor(random() * (length + 1)), randomLuck(random));
  }
  session.disk.fault = anyFault;
  for (let i = 0; i < OPENINGS; i++) await tolerant(() => session.killAndOpen());
  session.disk.fault = () => undefined;
  await session.killAndOpen();
  session.append("s0", "after it");
  await session.check();
  await session.store().close();
}

async function tolerantStep(session: Session, random: () => number): Promise<void> {
  const below = (limit: number): number => Math.floor(random() * limit);
  const stream = `s${below(3)}`;
  const body = "x".repeat(below(random() < 0.2 ? 1_500 : 50));
  await tolerant(async () => {
    switch (below(8)) {
      case 0:
        return session.put(`k${below(3)}`, body);
      case 1:
        return session.batch([[stream, body], ["s0", "b"]], "k0");
      case 2:
        await session.store().compact({ reach: "all" });
        return;
      case 3:
      case 4:
        return await session.settle();
      default:
        return session.append(stream, body);
    }
  });
}

/** Lets something be refused: a refusal by the store or the disk is an answer like any other. */
async function tolerant(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error && "code" in error) || error.name === "AssertionError") {
      throw error;
    }
  }
}
