/**
 * The lines in which the server speaks.
 *
 * @module
 */

import { cleanLine } from "./clean.ts";

/** A line in which the server speaks. */
export function server(text: string): string {
  return `[Server] ${cleanLine(text)}\n`;
}
