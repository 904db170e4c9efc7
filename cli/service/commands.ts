/**
 * `chat service install`, `remove` and `status`: shows what is done, asks, and does it.
 *
 * @module
 */

import { confirmOnTerminal } from "../db/confirm.ts";
import { keepOnly } from "../privileges.ts";
import { print } from "../streams.ts";
import { installing, removing, type Step, stepText } from "./plan.ts";
import { ASKED, isRunning, readUnits, statusText } from "./status.ts";
import {
  ask,
  demandRoot,
  demandSystemd,
  ownProgram,
  perform,
  readableByAll,
  refuseForeign,
} from "./system.ts";
import { PLACES, UNITS } from "./units.ts";

/** How it is done. */
export interface ServiceFlags {
  readonly dryRun: boolean;
  /** Where an image has its root; empty for this machine. */
  readonly root: string;
  readonly yes: boolean;
}

/** Installs the service, or brings it up to date. */
export async function install(flags: ServiceFlags & { readonly user: string }): Promise<void> {
  const root = flags.root.replace(/\/+$/, "");
  const steps = installing(ownProgram(flags.user, root));
  if (!await carryOut("install", steps, flags)) return;
  print(
    root === ""
      ? `The server runs, and will after the next boot. It is told what to do in ${PLACES.config}.\n`
      : `The service is in ${root}.\n`,
  );
}

/** Takes the service away. */
export async function remove(flags: ServiceFlags): Promise<void> {
  const root = flags.root.replace(/\/+$/, "");
  if (!await carryOut("remove", removing(root), flags)) return;
  print(
    `Removed. ${PLACES.data}, ${PLACES.backups} and ${PLACES.config} stay, and the user, too.\n`,
  );
}

/** How the service stands. */
export async function status(json: boolean): Promise<{ text: string; runs: boolean }> {
  demandSystemd();
  keepOnly("run");
  const { text } = await ask(["systemctl", "show", `--property=${ASKED.join(",")}`, ...UNITS]);
  const units = readUnits(text);
  const shown = json ? `${JSON.stringify(units)}\n` : statusText(units);
  return { text: shown, runs: isRunning(units) };
}

/** @returns Whether it was done. */
async function carryOut(
  name: "install" | "remove",
  steps: readonly Step[],
  { dryRun, root, yes }: ServiceFlags,
): Promise<boolean> {
  if (!dryRun && root === "") {
    demandSystemd();
    demandRoot(name);
  }
  refuseForeign(root + PLACES.program);
  print(steps.map((step) => `${stepText(step)}\n`).join(""));
  if (dryRun) return false;
  confirmOnTerminal("Do that?", yes);
  readableByAll();
  keepOnly("read", "write", "run", "sys");
  for (const step of steps) await perform(step);
  return true;
}
