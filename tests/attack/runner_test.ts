/**
 * One attack from its beginning to its end, with all its processes: what stands in its row has really happened.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import type { Attack } from "./attack.ts";
import { attacks } from "./attacks/mod.ts";
import { runGroup } from "./runner.ts";

function attackOf(name: string): Attack {
  const attack = attacks.find((one) => one.name === name);
  assert(attack !== undefined, name);
  return attack;
}

Deno.test("two attacks on one server give two rows of what was done, met and kept", async () => {
  const both = [attackOf("ping-flood"), attackOf("fuzz-frames")];
  const { signal } = new AbortController();
  const rows = await runGroup(both, { seconds: 0.5, seed: 1, signal });
  assertEquals(rows.map(({ attack }) => attack), ["ping-flood", "fuzz-frames"]);
  for (const { met, memory, store, attacked, alive, code, traces } of rows) {
    assert(attacked.connections > 0 && attacked.bytesOut > 0, "The attackers were at work");
    assert(met.ping.count > 0 && met.tally.acknowledged > 0, "The honest asked and were answered");
    const { lost, doubled } = met.tally;
    assertEquals([lost, doubled, met.unanswered, met.cuts.length], [0, 0, 0, 0]);
    assert(memory.before > 0 && memory.peak >= memory.before, "Memory was looked at");
    assertEquals([alive, code, traces], [true, 0, 0]);
    assertEquals(store, { damages: 0, lost: 0, doubled: 0 });
  }
});

Deno.test("a killed server is a part of its row, and what it acknowledged is found after it", async () => {
  const killed: Attack = {
    ...attackOf("stopped-server"),
    async scene({ ready, killAndRestart }) {
      await ready;
      await killAndRestart();
    },
  };
  const { signal } = new AbortController();
  const [row] = await runGroup([killed], { seconds: 2, seed: 1, signal });
  assert(row !== undefined && row.met.cuts.length > 0, "The honest were cut off");
  const { tally, unanswered } = row.met;
  assert(tally.acknowledged > 0);
  assertEquals([tally.lost, tally.doubled, unanswered], [0, 0, 0]);
  assertEquals(row.store, { damages: 0, lost: 0, doubled: 0 });
});
