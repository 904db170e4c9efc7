/**
 * The attackers' process: carries out one attack, and tells on stdout when it begins and what it has done, as JSON.
 *
 * A process of its own, so that its garbage and its loop are neither the server's nor the prober's.
 *
 * @module
 */

import { attacks } from "./attacks/mod.ts";
import { print } from "../bench/output.ts";
import { carryOut, type Orders, READY } from "./engine.ts";
import { busyMs } from "./proc.ts";

const [name, orders = ""] = Deno.args;
const attack = attacks.find((one) => one.name === name);
if (attack === undefined) throw new Error(`There is no attack "${name}"`);
const done = await carryOut(attack, JSON.parse(orders) as Orders, () => print(READY));
print(JSON.stringify({ ...done, cpuMs: busyMs("self") }));
Deno.exit(0);
