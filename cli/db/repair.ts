/**
 * `chat db repair`: what is left of a damaged store, as a whole store in a new directory.
 *
 * The damaged one is only read. What was lost is said, message by message, and what may be.
 *
 * @module
 */

import { isComplete, openStore, type RepairReport, repairStore } from "../../db/mod.ts";
import {
  closeUncertain,
  type Distrusted,
  distrustOlder,
  endAgain,
  holdLostNames,
  ORDER_KEYS,
  type Withheld,
  withholdOlder,
} from "../../server/mod.ts";
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
    async (part) => {
      const report = await repairStore(directory, part, { nameOf });
      const withheld = await withhold(part, report);
      const closed = await closeRooms(part, report);
      const accounts = await lookAtAccounts(part, report);
      const held = await holdNames(part, report);
      return { ...report, withheld, closed, accounts, held, ended: await end(part, report) };
    },
  );
  print(json ? repairJson(report, into) : repairText(report, into));
  if (isComplete(report)) return;
  throw new Failure(
    `Not everything in ${safeText(directory)} could be saved, or it is not known whether it was.`,
    EXIT.damage,
  );
}

/** Withholds words of the new store of which it is known that they were changed, and not to what. */
async function withhold(directory: string, report: RepairReport): Promise<readonly Withheld[]> {
  if (isComplete(report)) return [];
  await using store = await openStore(directory, { autoCompact: false });
  return await withholdOlder(store);
}

/** Takes from accounts of the new store what had been taken from them before, where the newest of one may be lost. */
async function lookAtAccounts(
  directory: string,
  report: RepairReport,
): Promise<Distrusted | undefined> {
  if (isComplete(report)) return undefined;
  await using store = await openStore(directory, { autoCompact: false });
  return await distrustOlder(store);
}

/** Holds the names of accounts of which nothing is left. @returns These names. */
async function holdNames(directory: string, report: RepairReport): Promise<readonly string[]> {
  if (isComplete(report)) return [];
  await using store = await openStore(directory, { autoCompact: false });
  return await holdLostNames(store, report.lostKeys, Date.now());
}

/** Takes hooks and invitations of the new store away that had been before. @returns Their keys. */
async function end(directory: string, report: RepairReport): Promise<readonly string[]> {
  if (isComplete(report)) return [];
  await using store = await openStore(directory, { autoCompact: false });
  return await endAgain(store);
}

/** Closes the rooms of the new store that may have been closed to others. @returns Their names. */
async function closeRooms(directory: string, report: RepairReport): Promise<readonly string[]> {
  const { maybe, lost, lostKeys } = report;
  const isCertain = maybe.records === 0 && maybe.unknown.length === 0 &&
    !lostKeys.some((key) => key.startsWith(ORDER_KEYS));
  if (isCertain) return [];
  await using store = await openStore(directory, { autoCompact: false });
  return await closeUncertain(store, new Set(lost.map(({ stream }) => stream)));
}
