/**
 * How old data is when it is read, on this machine's kernel: the same claims as in the virtual machine.
 *
 * @module
 */

import { assert } from "../assert.ts";
import { testAsRoot } from "../skips.ts";
import { arrivalChecks, type Setting } from "./vm/claims/arrivals.ts";
import { unknownAgeChecks } from "./vm/claims/unknown_ages.ts";

/** Compiles the server that is told what to do. */
async function compiled(folder: string): Promise<string> {
  const program = `${folder}/peer`;
  const source = new URL("vm/peer.c", import.meta.url).pathname;
  const { success, stderr } = await new Deno.Command("gcc", {
    args: ["-O2", "-Wall", "-Wextra", "-pthread", "-o", program, source],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return program;
}

/** All claims, by name. */
function checksOf(setting: Setting): Readonly<Record<string, () => Promise<void>>> {
  return { ...arrivalChecks(setting), ...unknownAgeChecks(setting) };
}

for (const name of Object.keys(checksOf({ program: "", backend: "auto" }))) {
  testAsRoot(["gcc"], name.replace("auto: ", ""), async () => {
    const folder = await Deno.makeTempDir({ prefix: "chat-arrivals-" });
    try {
      const checks = checksOf({ program: await compiled(folder), backend: "auto" });
      await checks[name]?.();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
