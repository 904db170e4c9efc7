/**
 * An observation as text for Prometheus (exposition format 0.0.4). Pure.
 *
 * Sums count from the start of the observation, as counters do. Histograms have the kernel's slots, powers of two from 256 ns to
 * 275 s: of a slot that holds what is below a bound the format says "at most", which is the same but for a nanosecond. What is not
 * known is left out and is no zero. No label holds an address or anything that somebody said: of connections there is only
 * their number, since each would be a series that remains for ever.
 *
 * @module
 */

import {
  type ConnFigures,
  type Cost,
  type Flow,
  type Histogram,
  lossesOf,
  slotBounds,
  type Snapshot,
  type Start,
} from "../../observe/mod.ts";

/** The media type of the answer. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One line: what stands behind the name, and the value. */
type Value = readonly [behind: string, value: number];

/** All metrics. @param ownCpuMs What this process took; absent when it does not observe itself. */
export function metricsText(start: Start, now: Snapshot, ownCpuMs?: number): string {
  const { send, recv, delays, functions, sockets } = now;
  const ways = (of: (flow: Flow) => number): readonly Value[] => [
    ['{op="send"}', of(send)],
    ['{op="recv"}', of(recv)],
  ];
  const { lost, unlisted, untimed } = lossesOf(now);
  return [
    family("info", "gauge", "How the observer sits in the kernel.", [
      [`{backend="${start.backend}"}`, 1],
    ]),
    family("start_time_seconds", "gauge", "When it began to watch, in seconds since 1970.", [
      ["", start.at / 1_000],
    ]),
    family("calls_total", "counter", "Calls that moved bytes.", ways(({ calls }) => calls)),
    family("bytes_total", "counter", "Bytes that these calls moved.", ways(({ bytes }) => bytes)),
    family(
      "would_wait_calls_total",
      "counter",
      "Calls that found nothing to read, or no room to write.",
      ways(({ again }) => again),
    ),
    family(
      "empty_calls_total",
      "counter",
      "Calls that moved nothing, as at the end of a stream.",
      ways(({ empty }) => empty),
    ),
    family("failed_calls_total", "counter", "Calls that failed.", ways(({ errors }) => errors)),
    family(
      "function_calls_total",
      "counter",
      "Calls that moved bytes, by the kernel's function or the system call.",
      Object.entries(functions).map(([name, count]) => [`{function="${label(name)}"}`, count]),
    ),
    family(
      "call_duration_seconds",
      "histogram",
      "From entry to exit: copying, and of a blocking call also waiting.",
      [...buckets(send.durations, 'op="send"'), ...buckets(recv.durations, 'op="recv"')],
    ),
    family(
      "arrival_to_read_seconds",
      "histogram",
      "From the arrival of data to its reading.",
      buckets(delays),
    ),
    family("connections", "gauge", "Connections in the kernel's table that are not closed.", [
      ["", sockets.filter(({ closed }) => !closed).length],
    ]),
    ...waiting(now),
    family("lost_events_total", "counter", "Calls that could not be told one by one.", [[
      "",
      lost,
    ]]),
    family(
      "unlisted_calls_total",
      "counter",
      "Calls on connections for which the kernel's table had no room.",
      [["", unlisted]],
    ),
    family("untimed_calls_total", "counter", "Calls whose beginning was not seen.", [[
      "",
      untimed,
    ]]),
    family(
      "connection_events_total",
      "counter",
      "What happened to connections; of overflows in the whole network namespace.",
      lives(now.connections),
    ),
    ...costs(now.cost),
    ...(ownCpuMs === undefined ? [] : [
      family("process_cpu_seconds_total", "counter", "CPU that the observer itself took.", [
        ["", ownCpuMs / 1_000],
      ]),
    ]),
  ].join("");
}

function lives(figures: ConnFigures | undefined): readonly Value[] {
  if (figures === undefined) return [];
  const { overflows } = figures;
  return [
    ['{event="connect"}', figures.connects],
    ['{event="failed"}', figures.failed],
    ['{event="accept"}', figures.accepts],
    ['{event="close"}', figures.closes],
    ['{event="retransmit"}', figures.retransmits],
    ['{event="reset_sent"}', figures.resetsSent],
    ['{event="reset_received"}', figures.resetsReceived],
    ...(overflows === undefined ? [] : [['{event="overflow"}', overflows] as const]),
  ];
}

/** What waits to be read, and how old bytes were when they were read. */
function waiting({ unread, ages }: Snapshot): readonly string[] {
  return [
    ...(unread === undefined ? [] : [
      family("oldest_unread_seconds", "gauge", "How long the oldest byte waits to be read.", [
        ["", (unread.ageNs ?? 0) / 1e9],
      ]),
      family("unread_bytes", "gauge", "Bytes of TCP that wait to be read.", [
        ["", unread.bytes ?? 0],
      ]),
    ]),
    ...(ages === undefined ? [] : [
      family("aged_bytes_total", "counter", "Bytes that were read and whose age was known.", [
        ["", ages.bytes],
      ]),
      family("byte_age_seconds_total", "counter", "The ages of these bytes, added up.", [
        ["", ages.byteUs / 1e6],
      ]),
    ]),
  ];
}

/** What watching costs: the rate of the first by the rate of the second is the part of a processor. */
function costs(cost: Cost | undefined): readonly string[] {
  if (cost?.measuredNs === undefined) return [];
  return [
    family(
      "kernel_measured_seconds_total",
      "counter",
      "Time in which the kernel measured what its programs take: samples of a tenth.",
      [["", cost.measuredNs / 1e9]],
    ),
    family("kernel_run_seconds_total", "counter", "What they took in that time.", [
      ["", cost.ns / 1e9],
    ]),
    family("kernel_runs_total", "counter", "How often they ran in that time.", [["", cost.runs]]),
  ];
}

/** A family with all its lines; nothing when there are none. */
function family(
  name: string,
  kind: "counter" | "gauge" | "histogram",
  help: string,
  values: readonly Value[],
): string {
  if (values.length === 0) return "";
  const full = `chat_observer_${name}`;
  const lines = values.map(([behind, value]) => `${full}${behind} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n${lines.join("")}`;
}

/** The lines of a histogram; none when nothing was measured. @param more Another label. */
function buckets({ count, sumNs, slots }: Histogram, more = ""): readonly Value[] {
  if (count === 0) return [];
  const [first, alone] = more === "" ? ["", ""] : [`${more},`, `{${more}}`];
  let below = 0;
  const bounded = slots.map((inSlot, slot): Value => {
    below += inSlot;
    const { lt } = slotBounds(slot);
    return [`_bucket{${first}le="${lt === Infinity ? "+Inf" : lt / 1e9}"}`, below];
  });
  // The slots' own total: the kernel counts on while it is read.
  return [...bounded, [`_sum${alone}`, sumNs / 1e9], [`_count${alone}`, below]];
}

/** A label's value, with what the format wants escaped. */
function label(text: string): string {
  return text.replace(/[\\"\n]/g, (sign) => sign === "\n" ? "\\n" : `\\${sign}`);
}
