/**
 * What the observer could not tell as it should have, in words. Pure.
 *
 * @module
 */

import { lossesOf, type Snapshot } from "../../observe/mod.ts";
import { showCount, showNumber } from "../db/text.ts";
import { amount } from "./amounts.ts";

/** Losses in few words beside the count of lost calls; none when there are none that matter. */
export function shortLosses(figures: Snapshot): readonly string[] {
  const { unlisted, untimed, misleads } = lossesOf(figures);
  return [
    ...(unlisted > 0 ? [`${amount(unlisted)} unlisted`] : []),
    ...(misleads ? [`${amount(untimed)} untimed`] : []),
  ];
}

/** What they mean, for the help of the live view. */
export const LOSSES_HELP: string =
  "lost: calls that were not told one by one. unlisted: calls on connections beyond the kernel's table, in the totals alone. " +
  "untimed: calls that had begun unseen, in no duration.";

/** A sentence for each kind of loss but the lost calls, each with its line feed; nothing when there are none. */
export function lossesText(figures: Snapshot): string {
  const { unlisted, untimed } = lossesOf(figures);
  const { leftOut = 0 } = figures;
  return [
    ...(unlisted > 0
      ? [
        `${
          showCount(unlisted, "call")
        } came on connections for which the kernel's table had no room: ` +
        "they are in the totals alone, and in no row.",
      ]
      : []),
    ...(untimed > 0
      ? [
        `${
          showCount(untimed, "call")
        } had begun unseen: they are in the totals, and in no duration.`,
      ]
      : []),
    ...(leftOut > 0
      ? [
        `Children that are not watched, because there was no room for them: ${
          showNumber(leftOut)
        }.`,
      ]
      : []),
  ].map((sentence) => `${sentence}\n`).join("");
}
