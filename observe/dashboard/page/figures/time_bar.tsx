/**
 * The time axis in the reader's hand: how long it is, whether it stands still, and how far back it ends.
 *
 * @module
 */

import type { VNode } from "preact";
import { ago, clock } from "../format.ts";
import { pageFreshness, serverFreshness } from "../fresh.ts";
import { Old } from "./age.tsx";
import {
  edge,
  hovered,
  pause,
  pausedAt,
  pinned,
  range,
  RANGES,
  seconds,
  secondsChanged,
} from "../state.ts";

/** The time bar. */
export function TimeBar(): VNode {
  secondsChanged.value;
  const newest = seconds.at(-1)?.at ?? Date.now();
  const oldest = seconds[0]?.at ?? newest;
  const stopped = pausedAt.value !== undefined;
  const at = pinned.value ?? edge.value;
  const back = Math.round((newest - edge.value) / 1_000);
  const stale = (pageFreshness.value.stale ?? serverFreshness.value.stale) !== undefined;
  const slide = (value: number): void => pause(value >= 0 ? undefined : newest + value * 1_000);
  return (
    <div class="time" role="group" aria-label="Time">
      <button
        type="button"
        class={`pause ${stopped ? "stopped" : ""}`}
        aria-pressed={stopped}
        onClick={() => pause(stopped ? undefined : edge.value)}
      >
        <span aria-hidden="true">{stopped ? "▶" : "❚❚"}</span> {stopped ? "Go live" : "Pause"}
      </button>
      <p class="time-now">
        <time>{clock(at, true)}</time>
        {stopped || pinned.value !== undefined
          ? <span class="note">{ago(newest - at)}</span>
          : stale
          ? <Old age={Math.max(pageFreshness.value.age ?? 0, serverFreshness.value.age ?? 0)} />
          : <span class="note">live</span>}
        {hovered.value !== undefined && <span class="note">mark {ago(newest - hovered.value)}
        </span>}
      </p>
      <label class="back">
        <span class="hidden">Look back, in seconds</span>
        <input
          type="range"
          min={-Math.max(1, Math.round((newest - oldest) / 1_000))}
          max={0}
          step={1}
          value={-back}
          aria-valuetext={ago(newest - edge.value)}
          onInput={({ currentTarget }) => slide(Number(currentTarget.value))}
        />
      </label>
      <div class="choices" role="radiogroup" aria-label="Length of the time axis">
        {RANGES.map((length) => (
          <label key={length}>
            <input
              type="radio"
              name="range"
              checked={range.value === length}
              onChange={() => range.value = length}
            />
            <span>{length / 60} min</span>
          </label>
        ))}
      </div>
    </div>
  );
}
