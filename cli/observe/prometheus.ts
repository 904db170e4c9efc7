/**
 * Answers HTTP with the figures of an observation, for Prometheus: `GET /metrics`, and nothing else.
 *
 * It listens before the program gives up the permission for that. The answer is made of the last figures that were
 * told, so whoever asks often makes nobody read the kernel more often; and of each there is one text, for all who ask.
 *
 * @module
 */

import type { Observer, Snapshot } from "../../observe/mod.ts";
import { isLoopback } from "../../ground/mod.ts";
import { cannotListen } from "../cannot_listen.ts";
import type { Address } from "../values.ts";
import { type HttpAnswer, HttpPort } from "./http_port.ts";
import { METRICS_TYPE, metricsText } from "./metrics.ts";
import { ownCpuMs } from "./own_cpu.ts";
import { passing } from "./passing.ts";

/** Something that answers, for now that nothing is watched yet. */
export interface MetricsPort extends AsyncDisposable {
  /** Where, in a sentence. */
  readonly where: string;
  /** What is answered from now on. */
  answer: (() => string) | undefined;
}

/** Begins to listen. @throws {Failure} When the address cannot be had. */
export function openMetricsPort(address: Address): MetricsPort {
  const port: { answer: (() => string) | undefined } = { answer: undefined };
  const listener = listening(address);
  const { hostname, port: number } = listener.addr;
  const http = new HttpPort(listener, ({ method, path }) => {
    if (path !== "/metrics") return plain(404, "There is only /metrics.\n");
    if (method !== "GET" && method !== "HEAD") return plain(405, "It can only be read.\n");
    if (port.answer === undefined) return plain(503, "Nothing is watched yet.\n");
    return { status: 200, type: METRICS_TYPE, body: port.answer() };
  });
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return Object.assign(port, {
    where: `Metrics for Prometheus: http://${host}:${number}/metrics` +
      (isLoopback(hostname) ? "" : " (for all who reach this address)"),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  });
}

function listening({ host, port }: Address): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port });
  } catch (cause) {
    throw cannotListen({ host, port }, cause);
  }
}

/** An observer like `observer` whose figures are answered. @param own Whether this process watches. */
export function answered(observer: Observer, port: MetricsPort, own: boolean): Observer {
  let latest: Snapshot = observer.snapshot();
  let made: string | undefined;
  port.answer = () => made ??= metricsText(observer.start, latest, own ? ownCpuMs() : undefined);
  return passing(observer, {
    group(batch) {
      for (const observation of batch) {
        if (observation.kind === "snapshot") latest = observation;
        else if (observation.kind === "end") latest = observation.last;
        else continue;
        made = undefined;
      }
    },
  });
}

function plain(status: number, body: string): HttpAnswer {
  return { status, type: "text/plain; charset=utf-8", body };
}
