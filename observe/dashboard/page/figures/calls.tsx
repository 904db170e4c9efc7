/**
 * The calls in a selected area of the heat map.
 *
 * @module
 */

import type { VNode } from "preact";
import type { Answer } from "../../page_messages.ts";
import { bytes, clock, duration, plural } from "../format.ts";
import type { Area } from "./selection.ts";

interface CallListProps {
  readonly area: Area;
  readonly answer: Extract<Answer, { kind: "calls" | "refused" }> | undefined;
  readonly close: () => void;
}

/** The slowest calls of an area. */
export function CallList({ area, answer, close }: CallListProps): VNode {
  const span = `${clock(area.from, true)} to ${clock(area.to, true)}, ${duration(area.ge)} to ${
    duration(area.lt)
  }`;
  return (
    <div class="calls" role="region" aria-label="Selected calls">
      <header>
        <p role="status">
          {answer === undefined && "Looking…"}
          {answer?.kind === "refused" && answer.sentence}
          {answer?.kind === "calls" && (
            <>
              <strong>{plural(answer.count, "call")}</strong>, {bytes(answer.bytes)}
            </>
          )} <span class="note">{span}</span>
        </p>
        <button type="button" class="quiet" onClick={close}>Close</button>
      </header>
      {answer?.kind === "calls" && answer.since > area.from && <p class="hint">{keptOf(answer)}</p>}
      {answer?.kind === "calls" && answer.calls.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label="Calls, the slowest first">
          <table>
            <thead>
              <tr>
                <th scope="col" class="number">Took</th>
                <th scope="col">User</th>
                <th scope="col">Call</th>
                <th scope="col" class="number">Bytes</th>
                <th scope="col" class="number">At</th>
              </tr>
            </thead>
            <tbody>
              {answer.calls.map((call, index) => (
                <tr key={index}>
                  <td class="number">{duration(call.ns)}</td>
                  <td>
                    <bdi>{call.name}</bdi>
                  </td>
                  <td>{call.op === "send" ? "→" : "←"} {call.func}</td>
                  <td class="number">{bytes(call.bytes)}</td>
                  <td class="number">
                    {clock(call.at, true)}.{String(Math.floor(call.at % 1_000)).padStart(3, "0")}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

/** What is not kept of an area. */
function keptOf({ since, slowestSince }: Extract<Answer, { kind: "calls" }>): string {
  if (!Number.isFinite(since)) return "No single calls are known.";
  const before = `Of calls before ${
    clock(since, true)
  } only the slowest of each second and slot are kept`;
  return slowestSince < since && Number.isFinite(slowestSince)
    ? `${before}, since ${clock(slowestSince, true)}.`
    : `Calls before ${clock(since, true)} are not kept any more.`;
}
