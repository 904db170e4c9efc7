/**
 * The same servers, loads and rules as the fan-out benchmark, with those beside them that people would use instead: in one run,
 * one after the other, spoken to in their own protocols by the same load generator.
 *
 * nats-server, ngircd and Mosquitto come from Debian (`apt install nats-server ngircd mosquitto`); who is not there is left
 * out, and said to be. What differs: ngircd tells nobody what he said himself, so one delivery less is due; Mosquitto and
 * nats-server are given QoS 0 and core publish/subscribe, which keep nothing, as `--durability none` does not.
 *
 * @module
 */

import { run as compare } from "./fanout.ts";
import { servers } from "./servers.ts";
import { moreWorkloads, workloads } from "./workloads.ts";

const left: ReadonlySet<string> = new Set(["c-sliced", "log"]);

/** Runs it; exit codes as those of the fan-out benchmark. */
export function run(args: string[], signal: AbortSignal): Promise<number> {
  return compare(args, signal, {
    columns: [...workloads, ...moreWorkloads],
    rows: servers.filter(({ name }) => !left.has(name)),
  });
}
