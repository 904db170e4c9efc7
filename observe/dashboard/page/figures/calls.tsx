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
      {answer?.kind === "calls" && answer.since > area.from && (
        <p class="hint">
          {Number.isFinite(answer.since)
            ? `Calls before ${clock(answer.since, true)} are not kept any more.`
            : "No single calls are known."}
        </p>
      )}
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
