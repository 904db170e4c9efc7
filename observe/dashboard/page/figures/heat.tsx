/**
 * The heat map of latencies: time to the right, latency upwards, the more calls the stronger the colour. Beside it, on the
 * same scale, the histogram of the whole axis or of the moment.
 *
 * An area is selected with the pointer, or with the keyboard: arrows move a cell, Enter selects it.
 *
 * @module
 */

import { effect, type Signal, signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Measure } from "../../page_messages.ts";
import {
  followLayout,
  keepUp,
  onAxisKey,
  onCursor,
  placeTime,
  showMoment,
  sizeOf,
  TIME_SCALE,
  timeAxis,
  valueAxis,
} from "./axis.ts";
import { count, duration } from "../format.ts";
import { slotEnd, slotsOf, slotStart, sumOf } from "./slots.ts";
import { edge, looked, moment, pinned, range, shown } from "../state.ts";
import { CANVAS_FONT, colour, themeChanged } from "./theme.ts";

/** Which latency is shown. */
export const measure: Signal<Measure> = signal("send");

/** An area of the heat map: ms since 1970, and nanoseconds. */
export interface Area {
  readonly from: number;
  readonly to: number;
  readonly ge: number;
  readonly lt: number;
}

/** Pixels for the histogram beside the map. */
const BESIDE = 118;
/** Slots shown at least, from 1 µs to 1 ms: so that the picture does not jump while little happens. */
const SLOTS_SHOWN = [3, 12] as const;

const row = signal(6);

/** The heat map. */
export function Heat({ onSelect }: { readonly onSelect: (area: Area) => void }): VNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current === null ? undefined : drawn(box.current, onSelect), []);
  return (
    <div
      ref={box}
      class="plot heat"
      role="img"
      tabIndex={0}
      aria-label={`Heat map of latencies. Arrow keys move a cell, now ${
        duration(slotStart(row.value))
      } to ${duration(slotEnd(row.value))}. Enter lists its calls.`}
      onKeyDown={(event) => onKey(event, onSelect) && event.preventDefault()}
    />
  );
}

function onKey(event: KeyboardEvent, onSelect: (area: Area) => void): boolean {
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    row.value = Math.max(0, row.value + (event.key === "ArrowUp" ? 1 : -1));
    return true;
  }
  if (event.key === "Enter") {
    const at = looked.value?.at ?? pinned.value;
    if (at !== undefined) onSelect(cell(at, row.value));
    return true;
  }
  return onAxisKey(event);
}

/** One second and one slot. A second is named by its end. */
function cell(at: number, slot: number): Area {
  return { from: at - 1_000, to: at, ge: slotStart(slot), lt: slotEnd(slot) };
}

function drawn(box: HTMLDivElement, onSelect: (area: Area) => void): () => void {
  let [low, high]: [number, number] = [...SLOTS_SHOWN];
  let dragged = false;
  const plot = new uPlot(
    {
      ...sizeOf(box),
      padding: [8, BESIDE, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: true, y: true, setScale: false },
        points: { show: false },
      },
      scales: { x: TIME_SCALE, y: { range: () => [low, high] } },
      axes: [timeAxis(), {
        ...valueAxis((slot) => duration(slotStart(slot))),
        incrs: [1, 2, 3, 4],
      }],
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: {
        setCursor: [onCursor],
        drawAxes: [(plot) => paint(plot, low, high)],
        setSelect: [({ select: { left, top, width, height } }) => {
          if (width < 3 && height < 3) return;
          dragged = true;
          const slot = (y: number) => plot.posToVal(y, "y");
          onSelect({
            from: plot.posToVal(left, "x") * 1_000,
            to: plot.posToVal(left + width, "x") * 1_000,
            ge: slotStart(Math.floor(slot(top + height))),
            lt: slotEnd(Math.ceil(slot(top)) - 1),
          });
        }],
      },
    },
    [[], []],
    box,
  );
  followLayout(plot);
  plot.over.addEventListener("click", () => {
    const { left = -1, top = -1 } = plot.cursor;
    if (dragged || left < 0) return void (dragged = false);
    const at = plot.posToVal(left, "x") * 1_000;
    const second = shown.value.find((one) => one.at >= at);
    if (second !== undefined) onSelect(cell(second.at, Math.floor(plot.posToVal(top, "y"))));
  });
  const stopData = effect(() => {
    const all = shown.value;
    edge.value;
    range.value;
    themeChanged.value;
    looked.value;
    const totals = sumOf(
      all.flatMap(({ kernel }) => kernel ? [slotsOf(kernel, measure.value)] : []),
    );
    const first = totals.findIndex((calls) => calls > 0);
    low = first < 0 ? SLOTS_SHOWN[0] : Math.min(SLOTS_SHOWN[0], first);
    high = Math.max(SLOTS_SHOWN[1], totals.length);
    plot.batch(() => {
      plot.setData([all.map(({ at }) => at / 1_000), all.map(() => null)], false);
      plot.setScale("y", { min: low, max: high });
      placeTime(plot);
    });
    plot.redraw(false, true);
    showMoment(plot);
  });
  return keepUp(plot, box, stopData);
}

/** The cells, and the histogram beside them. */
function paint(plot: uPlot, low: number, high: number): void {
  const { ctx, bbox } = plot;
  const all = shown.peek();
  const columns = all.flatMap(({ at, kernel }) =>
    kernel === undefined ? [] : [{ at, slots: slotsOf(kernel, measure.peek()) }]
  );
  const most = Math.max(1, ...columns.map(({ slots }) => Math.max(0, ...slots)));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour("heat");
  for (const { at, slots } of columns) {
    const left = plot.valToPos(at / 1_000 - 1, "x", true);
    const width = Math.max(1, plot.valToPos(at / 1_000, "x", true) - left);
    for (const [slot, calls] of slots.entries()) {
      if (calls === 0) continue;
      const top = plot.valToPos(slot + 1, "y", true);
      // One call must be seen, and a thousand must still differ from a hundred: by the logarithm.
      ctx.globalAlpha = 0.14 + 0.86 * Math.log1p(calls) / Math.log1p(most);
      ctx.fillRect(left, top, width + 0.5, plot.valToPos(slot, "y", true) - top - 0.5);
    }
  }
  ctx.restore();
  paintBeside(plot, low, high);
}

function paintBeside(plot: uPlot, low: number, high: number): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const one = moment.peek() === undefined ? undefined : looked.peek();
  const part = one === undefined ? shown.peek() : [one];
  const slots = sumOf(
    part.flatMap(({ kernel }) => kernel ? [slotsOf(kernel, measure.peek())] : []),
  );
  const most = Math.max(1, ...slots);
  const left = bbox.left + bbox.width + 10 * ratio;
  const room = (BESIDE - 10 - 44) * ratio;
  ctx.save();
  ctx.font = CANVAS_FONT.replace("11px", `${11 * ratio}px`);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (let slot = low; slot < high; slot++) {
    const calls = slots[slot] ?? 0;
    const top = plot.valToPos(slot + 1, "y", true);
    const height = plot.valToPos(slot, "y", true) - top;
    ctx.fillStyle = colour("grid");
    ctx.fillRect(left, top + height - ratio, room, ratio);
    if (calls === 0) continue;
    ctx.fillStyle = colour("kernel");
    const width = Math.max(1.5 * ratio, room * calls / most);
    ctx.fillRect(left, top + ratio, width, height - 2 * ratio);
    ctx.fillStyle = colour("muted");
    if (height >= 10 * ratio) {
      ctx.fillText(count(calls), left + width + 4 * ratio, top + height / 2);
    }
  }
  ctx.restore();
}
