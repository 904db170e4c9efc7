/**
 * Power failures: at every call of small runs, and at random places of long ones.
 *
 * @module
 */

import { checkCrash } from "./sim/recover.ts";
import { FIXED_LUCKS, randomLuck } from "./sim/crash.ts";
import { randomRun } from "./sim/random_run.ts";
import { seeded } from "./sim/world.ts";
import type { Session } from "./sim/session.ts";
import { runWorkload, WORKLOADS } from "./sim/workloads.ts";

for (const workload of WORKLOADS) {
  Deno.test(`a power failure at any call of '${workload.name}' loses nothing acknowledged`, async () => {
    const session = await runWorkload(workload);
    for (let end = 0; end <= session.disk.trace.length; end++) {
      for (const luck of FIXED_LUCKS) await checkCrash(session, end, luck);
    }
  });
}

const STATES = Number(Deno.env.get("CHAT_SIM_STATES") ?? 600);
const SEED = Number(Deno.env.get("CHAT_SIM_SEED") ?? Date.now() % 1_000_000);
const STATES_PER_RUN = 60;

for (const durability of ["durable", "os"] as const) {
  Deno.test(`a power failure at random places of random runs keeps what was promised (${durability}, seed ${SEED})`, async () => {
    for (let checked = 0, seed = SEED; checked < STATES; checked += STATES_PER_RUN, seed++) {
      try {
        const session = await randomRun(seed, 120, { durability });
        await crashAnywhere(session, seed);
      } catch (cause) {
        throw new Error(`Seed ${seed}`, { cause });
      }
    }
  });
}

async function crashAnywhere(session: Session, seed: number): Promise<void> {
  const random = seeded(seed);
  for (let i = 0; i < STATES_PER_RUN; i++) {
    const end = Math.floor(random() * (session.disk.trace.length + 1));
    try {
      await checkCrash(session, end, randomLuck(random));
    } catch (cause) {
      throw new Error(`State ${i}, behind op ${end}`, { cause });
    }
  }
}
