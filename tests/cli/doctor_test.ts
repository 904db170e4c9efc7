/**
 * What `chat doctor` finds about the machine of a server.
 *
 * @module
 */

import { type ServerFacts, survivalFindings } from "../../cli/survival.ts";
import { assert, assertEquals } from "../assert.ts";
import { fillStore, tempFolder } from "./db_stores.ts";
import { testByRootWith } from "../skips.ts";
import { chat } from "./program.ts";

const root = new URL("../..", import.meta.url).pathname;
const NOW = Date.UTC(2026, 10, 28);
const DAY_MS = 86_400_000;
const WELL: ServerFacts = {
  mounted: { kind: "ext4", options: ["rw", "relatime"], caches: ["write back"] },
  clockIsSet: true,
  memoryFree: 1 << 30,
  startedBy: "systemd",
  openFiles: 65_536,
  certificate: { endsMs: NOW + 60 * DAY_MS },
  nowMs: NOW,
};

function statesOf(facts: Partial<ServerFacts>): string {
  const found = survivalFindings({ ...WELL, ...facts });
  return found.filter(({ state }) => state !== "ok").map(({ what, state }) => `${what} ${state}`)
    .join(", ");
}

Deno.test("a machine that is well has no weak side, and each fault is told as its own", () => {
  assertEquals(statesOf({}), "");
  const { mounted } = WELL;
  assert(mounted !== undefined);
  const cases: readonly (readonly [Partial<ServerFacts>, string])[] = [
    [{ mounted: undefined }, "disk weak"],
    [{ mounted: { ...mounted, kind: "tmpfs" } }, "disk weak"],
    [{ mounted: { ...mounted, options: ["rw", "nobarrier"] } }, "disk weak"],
    [{ mounted: { ...mounted, options: ["nobarrier"], caches: ["write through"] } }, ""],
    [{ clockIsSet: false }, "time weak"],
    [{ clockIsSet: undefined }, "time weak"],
    [{ memoryFree: 100 << 20 }, "memory weak"],
    [{ openFiles: 1_024 }, "descriptors weak"],
    [{ startedBy: "nothing" }, "restart weak"],
    [{ certificate: { endsMs: NOW + 13 * DAY_MS } }, "certificate weak"],
    [{ certificate: { endsMs: NOW - 1 } }, "certificate no"],
    [{ certificate: { why: "It cannot be read." } }, "certificate no"],
  ];
  for (const [facts, states] of cases) assertEquals(statesOf(facts), states);
});

Deno.test("the doctor looks for that where a store is, and at the certificate that it is told", async () => {
  using folder = tempFolder();
  const [data, cert] = [`${folder.path}/store`, `${folder.path}/cert.pem`];
  await fillStore(data);
  await chat(["cert", "--cert", cert, "--key", `${folder.path}/key.pem`, "--days", "20"]);
  const found = async (...args: string[]) => {
    const { out } = await chat(["doctor", "--json", ...args]);
    const findings: { what: string; state: string; text: string }[] = JSON.parse(out);
    return new Map(findings.map(({ what, state, text }) => [what, `${state}: ${text}`]));
  };
  const server = await found("--data", data, "--tls-cert", cert);
  for (const what of ["disk", "time", "memory", "descriptors", "restart"]) {
    assert(server.has(what), what);
  }
  assert(/^ok: it is good for (?:19|20) days$/.test(server.get("certificate") ?? ""));
  const none = await found("--data", `${folder.path}/none`);
  assert(!none.has("disk") && none.has("store"));
});

Deno.test("a store that is to be made lies in the nearest folder that there is, also here", async () => {
  const { out } = await chat(["doctor", "--data", "none-here"]);
  assert(/^ok +store +none-here$/m.test(out), out);
});

testByRootWith(
  ["unshare", "mount"],
  "the doctor sees a disk on which no server could begin: one that can only be read, and a full one",
  async () => {
    using folder = tempFolder();
    const { path } = folder;
    const found = async (prepare: string) => {
      const doctor =
        'exec "$1" run -A --quiet --config "$2/deno.json" "$2/cli/main.ts" doctor --data "$0/new"';
      const { stdout } = await new Deno.Command("unshare", {
        args: ["--mount", "sh", "-c", `cd /; ${prepare}; ${doctor}`, path, Deno.execPath(), root],
      }).output();
      return /^(?:ok|weak|NO) +store .*$/m.exec(new TextDecoder().decode(stdout))?.[0] ?? "";
    };
    const mount = 'mount -t tmpfs -o size=2m,OPTION tmpfs "$0"';
    assertEquals(await found(mount.replace("OPTION", "rw")), `ok    store        ${path}/new`);
    assertEquals(
      await found(mount.replace("OPTION", "ro")),
      `weak  store        ${path} cannot be written: choose another with --data`,
    );
    assertEquals(
      await found(`${mount.replace("OPTION", "rw")}; head -c 2000000 /dev/zero >"$0/words"`),
      `weak  store        the disk of ${path} is full: choose another with --data`,
    );
  },
);
