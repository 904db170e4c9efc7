/**
 * Random people with devices in rooms, and all that they may do to each other, against a model of who may see and do what.
 *
 * Each run has the real server, over connections in memory and on a simulated disk, through restarts and kills. What is said is unique, and
 * what each connection heard is searched for in all the bytes that it ever got. `CHAT_EVERYBODY_SEED` repeats a run of the random seed, which is
 * printed, and `CHAT_EVERYBODY_RUNS` says how many there are: a thousand, and ten times as many in CI.
 *
 * @module
 */

import fc from "fast-check";
import { utf8 } from "../../harness.ts";
import { everybody } from "./people.ts";
import { Play } from "./play.ts";
import type { Place } from "./scene.ts";
import { DOINGS, type Step } from "./steps.ts";

const RUNS = Number(Deno.env.get("CHAT_EVERYBODY_RUNS") ?? 1_000);
/** Steps of a run at most. */
const STEPS = 20;

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(...DOINGS),
  // Those who keep order do more than others, or little would ever happen.
  who: fc.constantFrom(0, 0, 0, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 8, 8, 9),
  place: fc.constantFrom<Place>("tea", "tea", "den", "den", "lobby"),
  other: fc.nat(20),
  pick: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  follows: fc.boolean(),
});

Deno.test("nobody sees or does what is not his, whatever everybody does", async () => {
  const given = Deno.env.get("CHAT_EVERYBODY_SEED");
  const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
  // Whoever sees it fail needs the seed.
  await Deno.stdout.write(utf8(`CHAT_EVERYBODY_SEED=${seed}\n`));
  const { devices, files } = await everybody(() => 1_000_000);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: STEPS, size: "max" }), async (steps) => {
      await using play = new Play(devices, files);
      await play.start();
      for (const step of steps) await play.step(step);
      await play.end();
    }),
    { numRuns: RUNS, seed },
  );
});
