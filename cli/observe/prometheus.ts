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
import { METRICS_FAREWELL_MS } from "./limits.ts";
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
  const stop = new AbortController();
  const port: { answer: (() => string) | undefined } = { answer: undefined };
  const handle = ({ method, url }: Request): Response => {
    if (new URL(url).pathname !== "/metrics") return text(404, "There is only /metrics.\n");
    if (method !== "GET" && method !== "HEAD") return text(405, "It can only be read.\n");
    if (port.answer === undefined) return text(503, "Nothing is watched yet.\n");
    return text(200, method === "HEAD" ? null : port.answer(), METRICS_TYPE);
  };
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname: address.host,
      port: address.port,
      signal: stop.signal,
      onListen() {},
    }, handle);
  } catch (cause) {
    throw cannotListen(address, cause);
  }
  const { hostname, port: number } = server.addr;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return Object.assign(port, {
    where: `Metrics for Prometheus: http://${host}:${number}/metrics` +
      (isLoopback(hostname) ? "" : " (for all who reach this address)"),
    async [Symbol.asyncDispose]() {
      // Who is being answered gets it all; who hangs is left.
      const timer = setTimeout(() => stop.abort(), METRICS_FAREWELL_MS);
      await server.shutdown();
      await server.finished;
      clearTimeout(timer);
    },
  });
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

function text(status: number, body: string | null, type = "text/plain; charset=utf-8"): Response {
  return new Response(body, {
    status,
    headers: {
      "content-type": type,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
  });
}
