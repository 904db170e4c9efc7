/**
 * All claims that need a kernel with kprobes.
 *
 * @module
 */

import type { Claim } from "./claim.ts";
import { arrivalClaims } from "./claims/arrivals.ts";
import { exitClaims } from "./claims/exits.ts";
import { functionClaims } from "./claims/functions.ts";
import { leftoverClaims } from "./claims/leftovers.ts";
import { lockdownClaims } from "./claims/lockdown.ts";
import { privilegeClaims } from "./claims/privileges.ts";
import { unknownAgeClaims } from "./claims/unknown_ages.ts";
import { whoseClaims } from "./claims/whose.ts";

/** In the order in which they run. */
export const CLAIMS: readonly Claim[] = [
  ...functionClaims,
  ...exitClaims,
  ...arrivalClaims,
  ...unknownAgeClaims,
  ...whoseClaims,
  ...privilegeClaims,
  ...leftoverClaims,
  ...lockdownClaims,
];
