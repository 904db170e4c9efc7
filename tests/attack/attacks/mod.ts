/**
 * All attacks, in the order in which they run.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { jsonArrays } from "./json_arrays.ts";
import { pingFlood } from "./ping_flood.ts";
import { refusedBroadcasts } from "./refused_broadcasts.ts";
import { stackedMarks } from "./stacked_marks.ts";

/** All of them. */
export const attacks: readonly Attack[] = [
  pingFlood,
  refusedBroadcasts,
  jsonArrays,
  stackedMarks,
];
