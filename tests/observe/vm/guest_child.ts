/**
 * The guest's program: runs the claims of this boot, one after the other, and writes how each went.
 *
 * @module
 */

import { within } from "../../within.ts";
import { CLAIMS } from "./claims.ts";
import { CASE_MS, type Report } from "./report.ts";
import { World } from "./world.ts";

function say(what: Report | { begun: true } | { done: true }): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(what)}\n`));
}

if (import.meta.main) {
  const boot = Deno.env.get("CHAT_BOOT");
  say({ begun: true });
  const world = new World();
  for (const claim of CLAIMS.filter((claim) => claim.boot === boot)) {
    const from = performance.now();
    const error = await within(claim.run(world), "The claim", CASE_MS).then(
      () => undefined,
      (error) => error instanceof Error ? error.stack ?? error.message : String(error),
    );
    const ms = Math.round(performance.now() - from);
    say({ name: claim.name, ms, ...error === undefined ? {} : { error } });
  }
  say({ done: true });
}
