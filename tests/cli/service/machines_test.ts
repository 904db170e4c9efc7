/**
 * Two of the machines on which the service is tested know nothing of each other, though they have units of the same names.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { eventually } from "../../server/durable/place.ts";
import { testByRootWith } from "../../skips.ts";

const MACHINE = new URL("./machine.sh", import.meta.url).pathname;
/** A busy machine takes its time. */
const MACHINE_MS = 60_000;

/** A machine that runs these lines. */
class Machine implements AsyncDisposable {
  readonly folder: string;
  readonly #process: Promise<Deno.CommandOutput>;

  private constructor(folder: string) {
    this.folder = folder;
    this.#process = new Deno.Command(MACHINE, { args: [folder] }).output();
  }

  static async start(script: string): Promise<Machine> {
    const folder = await Deno.makeTempDir({ prefix: "chat-machine-" });
    await Deno.writeTextFile(`${folder}/script`, script);
    await Deno.writeTextFile(`${folder}/deno`, "");
    for (const empty of ["program", "npm"]) await Deno.mkdir(`${folder}/${empty}`);
    return new Machine(folder);
  }

  /** What it says until its end. */
  async said(): Promise<string> {
    const { stderr } = await within(this.#process, "The machine's end", MACHINE_MS);
    return await Deno.readTextFile(`${this.folder}/said`)
      .catch(() => new TextDecoder().decode(stderr));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process;
    await Deno.remove(this.folder, { recursive: true });
  }
}

const STARTED = "systemd-run --quiet --unit=chat sleep 1000";

testByRootWith(
  ["/lib/systemd/systemd", "systemd-run", "unshare", "pivot_root"],
  "a machine kills the processes of its own service, and none of another machine's",
  async () => {
    await using one = await Machine.start(`${STARTED}
touch /out/up
for _ in $(seq 1000); do [ -e /out/go ] && break; sleep 0.05; done
systemctl is-active chat
`);
    await eventually(() => Deno.stat(`${one.folder}/up`).catch(() => undefined), "the service");
    {
      await using other = await Machine.start(`${STARTED}
systemctl kill -s SIGKILL chat
systemctl is-active chat
`);
      await other.said();
    }
    await Deno.writeTextFile(`${one.folder}/go`, "");
    assertEquals((await one.said()).split("\n")[0], "active");
  },
);
