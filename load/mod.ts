/**
 * The load generator: any number of members of a chat over any server of our protocol, what it delivers to them and how
 * soon, and the proof that nothing was lost, doubled, put out of order or changed. It knows the wire, and no server.
 *
 * @module
 */

export { epollFault } from "../server/transport/mod.ts";
export { BenchError } from "./bench_error.ts";
export { conduct, type Outcome, type Progress } from "./conduct.ts";
export { Latencies } from "./latencies.ts";
export { IN_FLIGHT_MAX, MEMBERS_MAX, SECONDS_MAX, THREADS_MAX } from "./limits.ts";
export { type Plan, type TransportKind, type Until, type Way, whyNot } from "./plan.ts";
export { startTrivialServer, type TrivialServer } from "./trivial_server.ts";
