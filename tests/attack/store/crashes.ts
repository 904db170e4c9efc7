/**
 * Power failures on the simulated disk: at every call of small runs, with what is not synced torn and in any order, and
 * at random places of long random runs.
 *
 * @module
 */

import { FIXED_LUCKS, randomLuck } from "../../db/sim/crash.ts";
import { randomRun } from "../../db/sim/random_run.ts";
import { checkCrash } from "../../db/sim/recover.ts";
import { seeded } from "../../db/sim/world.ts";
import { runWorkload, WORKLOADS } from "../../db/sim/workloads.ts";
import type { StoreOrders } from "./mod.ts";
import { Trial } from "./trial.ts";

/** States that are tried of one random run: a run costs as much as some of them. */
const STATES_PER_RUN = 60;
/** Calls of a random run. */
const STEPS = 120;

/** Carries out the attack. */
export async function run(orders: StoreOrders): Promise<void> {
  const trial = new Trial(orders);
  for (const workload of WORKLOADS) {
    const session = await runWorkload(workload);
    for (let end = 0; end <= session.disk.trace.length; end++) {
      for (const [nth, luck] of FIXED_LUCKS.entries()) {
        if (trial.over) return;
        await trial.one(
          "power failures at every call",
          `'${workload.name}', behind op ${end}, luck ${nth}`,
          () => checkCrash(session, end, luck),
        );
      }
    }
  }
  for (let { seed } = orders; !trial.over; seed++) {
    const session = await randomRun(seed, STEPS);
    const random = seeded(seed);
    for (let i = 0; i < STATES_PER_RUN && !trial.over; i++) {
      const end = Math.floor(random() * (session.disk.trace.length + 1));
      const luck = randomLuck(random);
      await trial.one(
        "power failures of random runs",
        `seed ${seed}, state ${i}, behind op ${end}`,
        () => checkCrash(session, end, luck),
      );
    }
  }
}
