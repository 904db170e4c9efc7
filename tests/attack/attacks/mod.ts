/**
 * All attacks, in the order in which they run. Adding one: its bytes in one of these files, and its name in the file's list.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { accountAttacks } from "./accounts.ts";
import { answerAttacks } from "./answers.ts";
import { changeAttacks } from "./changes.ts";
import { churnAttacks } from "./churn.ts";
import { fileAttacks } from "./files.ts";
import { freshAttacks } from "./fresh.ts";
import { fuzzAttacks } from "./fuzz.ts";
import { holdingAttacks } from "./holding.ts";
import { listAttacks } from "./lists.ts";
import { nameAttacks } from "./names.ts";
import { parsingAttacks } from "./parsing.ts";
import { processAttacks } from "./processes.ts";
import { roomAttacks } from "./rooms.ts";
import { spaceAttacks } from "./space.ts";
import { strangerAttacks } from "./strangers.ts";
import { textAttacks } from "./text.ts";
import { tlsAttacks } from "./tls.ts";
import { wayAttacks } from "./ways.ts";
import { webAttacks } from "./web.ts";

/** All of them. */
export const attacks: readonly Attack[] = [
  ...answerAttacks,
  ...parsingAttacks,
  ...nameAttacks,
  ...textAttacks,
  ...webAttacks,
  ...listAttacks,
  ...roomAttacks,
  ...changeAttacks,
  ...churnAttacks,
  ...holdingAttacks,
  ...fileAttacks,
  ...strangerAttacks,
  ...accountAttacks,
  ...freshAttacks,
  ...spaceAttacks,
  ...fuzzAttacks,
  ...wayAttacks,
  ...processAttacks,
  ...tlsAttacks,
];
