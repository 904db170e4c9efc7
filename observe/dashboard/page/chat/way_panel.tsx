/**
 * Where the time of a message went: a waterfall, the same as in the terminal.
 *
 * What a bar shows stands beside it as numbers, so nothing is told by colour or length alone.
 *
 * @module
 */

import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import {
  blameOf,
  blameSentence,
  type Branch,
  type Chain,
  type Step,
  stepWords,
  waitWords,
} from "../../../trace/mod.ts";
import { duration, plural } from "../format.ts";
import { closeWay, way } from "./way.ts";

/** Receivers that are shown with their steps. */
const RECEIVERS_SHOWN = 8;

/** The panel, while a message is looked at. */
export function WayPanel(): VNode | null {
  const wanted = way.value;
  const panel = useRef<HTMLElement>(null);
  const key = wanted === undefined ? "" : `${wanted.room}/${wanted.seq}`;
  useEffect(() => {
    panel.current?.querySelector<HTMLElement>("button")?.focus();
  }, [key]);
  if (wanted === undefined) return null;
  const { answer } = wanted;
  return (
    <section
      class="way"
      role="region"
      aria-label="Where its time went"
      ref={panel}
      onKeyDown={(event) => {
        if (event.key === "Escape") closeWay();
      }}
    >
      <header>
        <p role="status">
          <strong>
            <bdi>{key}</bdi>
          </strong>{" "}
          {answer === undefined && "Looking…"}
          {answer?.kind === "refused" && answer.sentence}
          {answer?.kind === "way" && blameSentence(answer.chain, blameOf(answer.chain), duration)}
        </p>
        <button type="button" class="quiet" onClick={closeWay}>Close</button>
      </header>
      {answer?.kind === "way" && <Waterfall chain={answer.chain} />}
    </section>
  );
}

function Waterfall({ chain }: { readonly chain: Chain }): VNode {
  const receivers = chain.branches.filter(({ kind }) => kind === "message")
    .sort((one, other) => other.totalNs - one.totalNs);
  const shared = chain.steps.at(-1)?.end ?? chain.start;
  const total = Math.max(shared - chain.start, ...chain.branches.map(({ totalNs }) => totalNs), 1);
  const scale = { start: chain.start, total };
  const more = receivers.length - RECEIVERS_SHOWN + chain.left;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Steps">
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">At</th>
            <th scope="col" class="number">Took</th>
            <th scope="col">Step</th>
            <th scope="col" class="way-bars" aria-hidden="true"></th>
          </tr>
        </thead>
        <Steps who={chain.user} steps={chain.steps} scale={scale} />
        {receivers.slice(0, RECEIVERS_SHOWN).map((branch, index) => (
          <Steps
            key={index}
            who={`to ${branch.user}`}
            steps={branch.steps}
            scale={scale}
            waits={waitOf(branch, shared, chain)}
          />
        ))}
      </table>
      {more > 0 && <p class="hint">And {plural(more, "more receiver")}.</p>}
      {chain.unknown.map(({ why, users }) => (
        <p class="hint" key={why}>
          Not known{users.length === 0 ? "" : ` of ${users.join(", ")}`}: {why}
        </p>
      ))}
    </div>
  );
}

interface Scale {
  readonly start: number;
  readonly total: number;
}

interface Row {
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

/** What still holds up a receiver, as one more row. */
function waitOf(
  { waits, steps, totalNs }: Branch,
  shared: number,
  { start }: Chain,
): Row | undefined {
  if (waits === undefined) return undefined;
  return { what: waitWords(waits), start: steps.at(-1)?.end ?? shared, end: start + totalNs };
}

function Steps({ who, steps, scale, waits }: {
  readonly who: string;
  readonly steps: readonly Step[];
  readonly scale: Scale;
  readonly waits?: Row | undefined;
}): VNode {
  const rows: Row[] = steps.filter(({ start, end }) => end > start)
    .map((step) => ({ what: stepWords(step), start: step.start, end: step.end }));
  if (waits !== undefined) rows.push(waits);
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={4}>
          <bdi>{who}</bdi>
        </th>
      </tr>
      {rows.map(({ what, start, end }, index) => (
        <tr key={index}>
          <td class="number">{duration(start - scale.start)}</td>
          <td class="number">{duration(end - start)}</td>
          <td>{what}</td>
          <td class="way-bars" aria-hidden="true">
            <span
              style={{
                left: `${100 * (start - scale.start) / scale.total}%`,
                width: `${100 * (end - start) / scale.total}%`,
              }}
            />
          </td>
        </tr>
      ))}
    </tbody>
  );
}
