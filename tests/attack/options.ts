/**
 * The command line of `deno task attack`. Pure.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { SECONDS_DEFAULT } from "./numbers.ts";

/** What is asked for. */
export interface Options {
  /** Whom to attack. */
  readonly whom: "server" | "store";
  readonly seconds: number;
  readonly seed: number;
  /** Names of attacks; none for all. */
  readonly only: readonly string[];
  /** How rows are printed. */
  readonly form: "table" | "json" | "markdown";
  /** Judges with care for a machine on which others run. */
  readonly careful: boolean;
  /** How many attacks one server has to bear, one after the other. */
  readonly group: number;
  /** Whether everybody speaks TLS. */
  readonly tls: boolean;
  readonly help: boolean;
}

/** The usage. */
export const USAGE: string = `Usage: deno task attack [server|store] [options]

  --seconds N     of each attack on the server, or of all on the store (default: ${SECONDS_DEFAULT})
  --only A,B      only these attacks
  --seed N        the same chances again (default: new ones, which are told)
  --json          a line of JSON for each row instead of the table
  --markdown      the table as docs/attacks.md has it
  --careful       judge latencies without the time in which there was no core for server or honest,
                  and look twice at what was only slow: for machines on which others run, too
  --group N       so many attacks on one server, one after the other (default: 1)
  --tls           everybody speaks TLS with the server
  --help          this text and the list of attacks

Ends with 1 when a row is not good enough, and says which and why.`;

/** Reads the arguments. @throws {Error} With a sentence when they are wrong. */
export function parseOptions(args: readonly string[], freshSeed: () => number): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: "string" },
      seed: { type: "string" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
      group: { type: "string", default: "1" },
      markdown: { type: "boolean", default: false },
      careful: { type: "boolean", default: false },
      tls: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [whom = "server", ...more] = positionals;
  if ((whom !== "server" && whom !== "store") || more.length > 0) {
    throw new Error(`"${positionals.join(" ")}" is neither "server" nor "store".`);
  }
  const seconds = Number(values.seconds ?? SECONDS_DEFAULT);
  if (!(seconds > 0)) throw new Error(`--seconds ${values.seconds} is no time.`);
  const seed = values.seed === undefined ? freshSeed() : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed ${values.seed} is none.`);
  const group = Number(values.group);
  if (!(Number.isSafeInteger(group) && group > 0)) {
    throw new Error(`--group ${values.group} is none.`);
  }
  const only = (values.only ?? "").split(",").filter((name) => name !== "");
  const { json, markdown, careful, tls, help } = values;
  const form = json ? "json" : markdown ? "markdown" : "table";
  return { whom, seconds, seed, only, form, careful, group, tls, help };
}
