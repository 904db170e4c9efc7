/**
 * The kernel panel: what the machine does for the chat, and for whom.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import type {
  KernelSecond,
  KernelState,
  Measure,
  PersonSecond,
  Second,
} from "../../page_messages.ts";
import { CallList } from "./calls.tsx";
import { kernelFreshness } from "../fresh.ts";
import { Age, dimmed } from "./age.tsx";
import { Figure } from "./figure.tsx";
import { bytes, count, duration, NOTHING, percent, plural, rate } from "../format.ts";
import { Heat } from "./heat.tsx";
import { Whom } from "./people.tsx";
import type { Series } from "./plot.tsx";
import { choose, measure, selected } from "./selection.ts";
import { quantile, slotsOf, sumOf } from "./slots.ts";
import { kernel, lookedKernel, pinned, recentKernel, WINDOW_SECONDS } from "../state.ts";
import { Tile } from "./tile.tsx";

const OUT: readonly Series[] = [
  { label: "sent", colour: "kernel", of: ({ kernel }) => kernel?.sentBytes, show: rate },
];
const IN: readonly Series[] = [
  { label: "received", colour: "kernel", of: ({ kernel }) => kernel?.receivedBytes, show: rate },
];
const CALLS: readonly Series[] = [
  {
    label: "calls per message",
    colour: "estimate",
    of: (second) => callsEach(second),
    show: (each) => each.toFixed(2),
  },
];
const TRIP: readonly Series[] = [
  {
    label: "round trip",
    colour: "kernel",
    of: ({ kernel }) => kernel?.rttUs,
    show: (us) => duration(us * 1_000),
  },
];
const AGAIN: readonly Series[] = [
  { label: "retransmits", colour: "kernel", of: ({ kernel }) => kernel?.retransmits, show: count },
];
const UNSENT: readonly Series[] = [
  { label: "unsent", colour: "kernel", of: ({ kernel }) => kernel?.unsent, show: bytes },
];

const UNREAD: readonly Series[] = [
  {
    label: "oldest unread",
    colour: "kernel",
    of: ({ kernel }) => kernel?.unread === undefined ? undefined : kernel.unread.ageNs ?? 0,
    show: duration,
  },
];

const MEASURES: readonly {
  readonly value: Measure;
  readonly label: string;
  readonly what: string;
}[] = [
  { value: "delay", label: "Waiting", what: "from the arrival of data to its reading" },
  { value: "send", label: "Sending", what: "from entering a send call to leaving it" },
  { value: "recv", label: "Receiving", what: "from entering a receive call to leaving it" },
];

function callsOf(
  kernel: { readonly sendCalls: number; readonly recvCalls: number } | undefined,
): number | undefined {
  return kernel === undefined ? undefined : kernel.sendCalls + kernel.recvCalls;
}

/** System calls for one message that was delivered. */
function callsEach({ kernel, server }: Second): number | undefined {
  const calls = callsOf(kernel);
  const delivered = server?.delivered ?? 0;
  return calls === undefined || delivered === 0 ? undefined : calls / delivered;
}

/** The kernel panel. */
export function KernelPanel(): VNode {
  const state = kernel.value;
  return (
    <section
      class={dimmed("panel", kernelFreshness.value)}
      id="panel-kernel"
      aria-labelledby="kernel-title"
    >
      <header class="panel-head">
        <h2 id="kernel-title">Kernel</h2>
        {state?.kind === "watching" && <Watching state={state} />}
        <Age of={kernelFreshness.value} brief />
      </header>
      {state?.kind === "watching" && state.notice !== undefined && (
        <div class="absent">
          <p role="status">
            <strong>{state.notice}</strong>
          </p>
        </div>
      )}
      {state?.kind === "absent" && (
        <div class="absent">
          <p role="status">
            <strong>{state.why}</strong> {state.remedy}
          </p>
          {state.commands?.map((command) => <code class="command" key={command}>{command}</code>)}
          <p>All other figures are here without it.</p>
        </div>
      )}
      <div class="figures">
        <Latency
          watching={state?.kind === "watching"}
          hasCalls={state?.kind === "watching" && state.calls !== false}
        />
        {state?.kind === "watching" && <Tiles />}
      </div>
    </section>
  );
}

/** Whom and how, what was lost, and what it costs: always in sight. */
function Watching(
  { state }: { readonly state: Extract<KernelState, { kind: "watching" }> },
): VNode {
  const now = lookedKernel.value?.kernel;
  const lost = now?.lost ?? 0;
  return (
    <p class="panel-note">
      process {state.pids.join(", ")} by {state.backend}
      <span class={lost > 0 ? "warning" : ""}>
        {lost > 0 ? <span aria-hidden="true">⚠</span> : null}
        {plural(lost, "event")} lost
      </span>
      {now?.unlisted !== undefined && (
        <span class="warning">
          <span aria-hidden="true">⚠</span>
          {plural(now.unlisted, "call")} on connections beyond the table
        </span>
      )}
      {now?.untimed !== undefined && (
        <span class="warning">
          <span aria-hidden="true">⚠</span>
          {plural(now.untimed, "call")} in no latency
        </span>
      )}
      <span>
        {now?.cost === undefined
          ? "cost not measured"
          : `costs ${percent(now.cost)} of a processor`}
      </span>
      {state.blind.length > 0 && (
        <details>
          <summary>
            {state.blind.length === 1 ? "1 blind spot" : `${state.blind.length} blind spots`}
          </summary>
          <ul>{state.blind.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
        </details>
      )}
    </p>
  );
}

/** Calls of late by their duration. */
function lately(measure: Measure): number[] {
  return sumOf(
    recentKernel.value.flatMap(({ kernel }) => kernel ? [slotsOf(kernel, measure)] : []),
  );
}

/** A percentile as it is told: never too small. */
function atMost(slots: readonly number[], part: number): string {
  const value = quantile(slots, part);
  return value === undefined ? NOTHING : `≤ ${duration(value)}`;
}

function Latency(
  { watching, hasCalls }: { readonly watching: boolean; readonly hasCalls: boolean },
): VNode {
  const slots = lately(measure.value);
  const calls = plural(slots.reduce((sum, calls) => sum + calls, 0), "call");
  const when = pinned.value === undefined ? `the last ${WINDOW_SECONDS} s` : "this second";
  const what = MEASURES.find(({ value }) => value === measure.value)?.what ?? "";
  return (
    <Figure
      name="Network I/O latency"
      origin="kernel"
      value={atMost(slots, 0.99)}
      note={watching ? `p99 of ${calls} in ${when}, p50 ${atMost(slots, 0.5)}` : "not watched"}
      size="wide"
      aside={watching && <Measures />}
    >
      {watching && (
        <>
          <Heat />
          {hasCalls && selected.value !== undefined
            ? (
              <CallList
                area={selected.value.area}
                answer={selected.value.answer}
                close={() => selected.value = undefined}
              />
            )
            : (
              <p class="hint">
                {hasCalls
                  ? `Time ${what}. Select an area to list its calls.`
                  : `Time ${what}. This observer tells no single calls: start it with --events to list them.`}
              </p>
            )}
        </>
      )}
    </Figure>
  );
}

/** Which latency is shown, each with its own figure: none hides behind another one. */
function Measures(): VNode {
  return (
    <div class="choices" role="radiogroup" aria-label="Which latency">
      {MEASURES.map(({ value, label, what }) => {
        const p99 = quantile(lately(value), 0.99);
        return (
          <label key={value} title={what}>
            <input
              type="radio"
              name="measure"
              aria-label={label}
              checked={measure.value === value}
              onChange={() => choose(value)}
            />
            <span>
              {label} <small>{duration(p99)}</small>
            </span>
          </label>
        );
      })}
    </div>
  );
}

/** How long the oldest byte waits that has come and is not read: it goes on growing while nobody reads. */
function Unread(
  { of: { ageNs, bytes: waiting = 0 } }: { readonly of: NonNullable<KernelSecond["unread"]> },
): VNode {
  return (
    <Tile
      name="Oldest unread"
      origin="kernel"
      value={duration(ageNs)}
      note={ageNs === undefined && waiting === 0 ? "nothing waits" : `${bytes(waiting)} wait`}
      label="age of the oldest unread byte"
      series={UNREAD}
      least={1e6}
    />
  );
}

function Tiles(): VNode {
  const second = lookedKernel.value;
  const now = second?.kernel;
  const calls = callsOf(now);
  const each = second === undefined ? undefined : callsEach(second);
  return (
    <>
      {now?.unread !== undefined && <Unread of={now.unread} />}
      <Tile
        name="Sent"
        origin="kernel"
        value={rate(now?.sentBytes)}
        note={plural(now?.sendCalls, "call")}
        label="bytes sent"
        series={OUT}
        least={1_000}
      />
      <Tile
        name="Received"
        origin="kernel"
        value={rate(now?.receivedBytes)}
        note={plural(now?.recvCalls, "call")}
        label="bytes received"
        series={IN}
        least={1_000}
      />
      <Tile
        name="Calls per message"
        origin="estimate"
        value={each === undefined ? count(each) : each.toFixed(2)}
        note={plural(calls, "call")}
        label="system calls per message"
        series={CALLS}
        least={10}
      />
      <Tile
        name="TCP round trip"
        origin="kernel"
        value={duration(now?.rttUs === undefined ? undefined : now.rttUs * 1_000)}
        note={now?.rttMaxUs === undefined ? "" : `worst ${duration(now.rttMaxUs * 1_000)}`}
        series={TRIP}
        least={100}
      />
      <Tile
        name="Retransmits"
        origin="kernel"
        value={count(now?.retransmits)}
        note="segments"
        series={AGAIN}
        least={5}
      />
      <Tile
        name="Unsent"
        origin="kernel"
        value={bytes(now?.unsent)}
        note={second === undefined ? "" : unsentFor(second)}
        label="unsent bytes"
        series={UNSENT}
        names
        least={10_000}
      />
    </>
  );
}

/** For whom most of what is not sent yet waits. */
function unsentFor({ people }: Second): ComponentChildren {
  const most = people.reduce<PersonSecond | undefined>(
    (most, one) => (one.unsent ?? 0) > (most?.unsent ?? 0) ? one : most,
    undefined,
  );
  if (most?.name === undefined) return "in send buffers";
  return <Whom words="most for" name={most.name} people={people} />;
}
