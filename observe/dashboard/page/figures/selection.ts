/**
 * Which latency is shown, and the area of its heat map that is selected: times and durations, and no places on the screen, so that
 * the area goes on with the axis, fits every length of it, and is gone when it is closed.
 *
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Answer, Measure } from "../../page_messages.ts";
import { connection } from "../connection.ts";
import { kernel, shown } from "../state.ts";

/** An area of the heat map: ms since 1970, and nanoseconds. */
export interface Area {
  readonly from: number;
  readonly to: number;
  readonly ge: number;
  readonly lt: number;
}

/** What is selected, and its calls once they are known. */
export interface Selected {
  readonly area: Area;
  readonly answer: Extract<Answer, { kind: "calls" | "refused" }> | undefined;
}

/** The selected area. */
export const selected: Signal<Selected | undefined> = signal(undefined);

/** Which latency was chosen. */
const chosen: Signal<Measure | undefined> = signal(undefined);

/**
 * Which latency is shown. Without a choice it is the time that data waited to be read: that is what a busy process makes others wait,
 * while its own calls stay short. Where nobody measures that, it is the time of sending.
 */
export const measure: ReadonlySignal<Measure> = computed(() => {
  if (chosen.value !== undefined) return chosen.value;
  const has = (of: "delaySlots" | "sendSlots") =>
    shown.value.some(({ kernel }) => kernel !== undefined && kernel[of].length > 0);
  return has("delaySlots") || !has("sendSlots") ? "delay" : "send";
});

/** Shows another latency: what was selected of the one before is none of its. */
export function choose(measure: Measure): void {
  chosen.value = measure;
  selected.value = undefined;
}

/** Selects an area, and asks for its calls. */
export async function select(area: Area): Promise<void> {
  const state = kernel.value;
  if (state?.kind === "watching" && state.calls === false) return;
  // What is shown without a choice may be another one in a moment; the selection is of this one.
  chosen.value = measure.value;
  selected.value = { area, answer: undefined };
  const answer = await connection.ask({ type: "calls", measure: measure.value, ...area });
  if (selected.value?.area !== area) return;
  if (answer.kind === "calls" || answer.kind === "refused") selected.value = { area, answer };
}
