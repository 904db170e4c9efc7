/**
 * Two of the machines on which the service is tested know nothing of each other, though they have units of the same names.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { eventually } from "../../server/durable/place.ts";
import { testByRootWith } from "../../skips.ts";
import { Machine } from "./machine.ts";

/** A busy machine takes its time. */
const MACHINE_MS = 60_000;

const STARTED = "systemd-run --quiet --unit=chat sleep 1000";

testByRootWith(
  ["/lib/systemd/systemd", "systemd-run", "unshare", "pivot_root"],
  "a machine kills the processes of its own service, and none of another machine's",
  async () => {
    await using one = await Machine.start(
      `${STARTED}
touch /out/up
for _ in $(seq 1000); do [ -e /out/go ] && break; sleep 0.05; done
systemctl is-active chat
`,
      true,
    );
    await eventually(() => Deno.stat(`${one.folder}/up`).catch(() => undefined), "the service");
    {
      await using other = await Machine.start(
        `${STARTED}
systemctl kill -s SIGKILL chat
systemctl is-active chat
`,
        true,
      );
      await other.said(MACHINE_MS);
    }
    await Deno.writeTextFile(`${one.folder}/go`, "");
    assertEquals((await one.said(MACHINE_MS)).split("\n")[0], "active");
  },
);
