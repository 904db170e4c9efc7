/**
 * Networks that are slow, cut anywhere, break and change what they carry, over frames, TLS and WebSockets: nothing that was acknowledged
 * is lost, nothing is doubled, and the order is kept, for who speaks and for who listens.
 *
 * Each run is two people with networks of their own. `CHAT_NETWORK_SEED` repeats a run of the random seed, which is printed, and
 * `CHAT_NETWORK_RUNS` says how many there are. Runs go on side by side: most of each is waiting to connect again.
 *
 * @module
 */

import fc from "fast-check";
import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { assert } from "../../assert.ts";
import { startServer, utf8, within } from "../../harness.ts";
import { converse, type Doors } from "./conversation.ts";
import { plan } from "./plans.ts";

const RUNS = Number(Deno.env.get("CHAT_NETWORK_RUNS") ?? 40);
/** Runs side by side. */
const AT_ONCE = 40;
/** For all of them: three breaks one after the other are a second and a half of waiting, and the machine may be busy. */
const DEADLINE_MS = 60_000;

Deno.test("over networks that are slow, break and change, nothing acknowledged is lost, nothing doubled, and the order kept", async () => {
  const given = Deno.env.get("CHAT_NETWORK_SEED");
  const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
  // Whoever sees it fail needs the seed.
  await Deno.stdout.write(utf8(`CHAT_NETWORK_SEED=${seed}\n`));
  const tls = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
  await using encrypted = startServer({ tls });
  await using open = startServer({ http: {} });
  const web = open.server.http?.port;
  assert(web !== undefined);
  let number = 0;
  let broken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { minLength: AT_ONCE, maxLength: AT_ONCE, size: "max" }),
      async (plans) => {
        const doing = plans.map(async (plan) => {
          const { port } = plan.way === "WebSocket" ? open : encrypted;
          const doors: Doors = { port, web, cert: tls.cert };
          return await within(converse(plan, ++number, doors), "This run", DEADLINE_MS);
        });
        // All of them end before the server does.
        for (const [at, ended] of (await Promise.allSettled(doing)).entries()) {
          if (ended.status === "fulfilled") broken += ended.value;
          else throw new Error(JSON.stringify(plans[at]), { cause: ended.reason });
        }
      },
    ),
    // The one that failed is told; the others beside it would take long to do without.
    { numRuns: Math.ceil(RUNS / AT_ONCE), seed, endOnFailure: true },
  );
  assert(broken > RUNS, `Networks broke, ${broken} times`);
});
