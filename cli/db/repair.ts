/**
 * `chat db repair`: what is left of a damaged store, as a whole store in a new directory.
 *
 * The damaged one is only read. What was lost is said, message by message, and what may be.
 *
 * @module
 */

import { isComplete, repairStore } from "../../db/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { keepOnly } from "../privileges.ts";
import { print } from "../streams.ts";
import { safeText } from "../tty/safe.ts";
import { confirmOnTerminal } from "./confirm.ts";
import { nameOf } from "./name_of.ts";
import { explainedInto, refuseName } from "./refusal.ts";
import { repairJson, repairText } from "./repair_view.ts";

/** How to repair. */
export interface RepairFlags {
  readonly into: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Saves what is left of a store. @throws {Failure} With the exit code for damage when anything is lost or may be. */
export async function repair(directory: string, flags: RepairFlags): Promise<void> {
  const { into, yes, json } = flags;
  keepOnly("read", "write");
  for (const name of [directory, into]) refuseName(name);
  confirmOnTerminal(
    `Saving what is left of ${safeText(directory)} into ${
      safeText(into)
    }; the first stays as it is. Go on?`,
    yes,
  );
  const report = await explainedInto(
    { from: directory, to: into },
    (part) => repairStore(directory, part, { nameOf }),
  );
  print(json ? repairJson(report, into) : repairText(report, into));
  if (isComplete(report)) return;
  throw new Failure(
    `Not everything in ${safeText(directory)} could be saved, or it is not known whether it was.`,
    EXIT.damage,
  );
}
