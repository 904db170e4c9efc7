/**
 * The heat map of latencies: time to the right, latency upwards, the more calls the stronger the colour. Beside it, on the
 * same scale, the histogram of the whole axis or of the moment.
 *
 * An area is selected with the pointer, or with the keyboard: arrows move a cell, Enter selects it.
 *
 * @module
 */

import { effect, signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { keepUp, onAxisKey, placeTime, sizeOf, TIME_SCALE, timeAxis, valueAxis } from "./axis.ts";
import { count, duration, NOTHING, plural } from "../format.ts";
import { followPointer, readout, timeBelow } from "./pointer.ts";
import { type Area, measure, select, selected } from "./selection.ts";
import { quantile, slotEnd, slotOf, slotsOf, slotStart, sumOf } from "./slots.ts";
import { edge, looked, pinned, range, secondOf, shown } from "../state.ts";
import { CANVAS_FONT, colour, themeChanged } from "./theme.ts";

/** Pixels for the histogram beside the map. */
const BESIDE = 118;
/** Slots shown at least, from 1 µs to 1 ms: so that the picture does not jump while little happens. */
const SLOTS_SHOWN = [3, 12] as const;

const row = signal(6);

/** The heat map. */
export function Heat(): VNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current === null ? undefined : drawn(box.current), []);
  return (
    <div
      ref={box}
      class="plot heat"
      role="img"
      tabIndex={0}
      aria-label={`Heat map of latencies. Arrow keys move a cell, now ${
        duration(slotStart(row.value))
      } to ${duration(slotEnd(row.value))}. Enter lists its calls.`}
      onKeyDown={(event) => onKey(event) && event.preventDefault()}
    />
  );
}

function onKey(event: KeyboardEvent): boolean {
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    row.value = Math.max(0, row.value + (event.key === "ArrowUp" ? 1 : -1));
    return true;
  }
  if (event.key === "Enter") {
    const at = looked.value?.at ?? pinned.value;
    if (at !== undefined) void select(cell(at, row.value));
    return true;
  }
  return onAxisKey(event);
}

/** One second and one slot. A second is named by its end. */
function cell(at: number, slot: number): Area {
  return { from: at - 1_000, to: at, ge: slotStart(slot), lt: slotEnd(slot) };
}

function drawn(box: HTMLDivElement): () => void {
  let [low, high]: [number, number] = [...SLOTS_SHOWN];
  let dragged = false;
  /** Where dragging began: what is selected begins there also when the axis goes on meanwhile. */
  let began = 0;
  let ended = 0;
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
        drawAxes: [(plot) => paint(plot, low, high)],
        setSelect: [(plot) => {
          const { top, width, height } = plot.select;
          if (width < 3 && height < 3) return;
          dragged = true;
          const slot = (y: number) => plot.posToVal(y, "y");
          void select({
            from: Math.min(began, ended),
            to: Math.max(began, ended),
            ge: slotStart(Math.floor(slot(top + height))),
            lt: slotEnd(Math.ceil(slot(top)) - 1),
          });
          // It is drawn with the map from here on.
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        }],
      },
    },
    [[], []],
    box,
  );
  followPointer(plot);
  plot.over.addEventListener("pointerdown", (event) => began = ended = timeBelow(plot, event));
  plot.over.addEventListener("pointermove", (event) => ended = timeBelow(plot, event));
  plot.over.addEventListener("click", (event) => {
    if (dragged) return void (dragged = false);
    const second = secondOf(timeBelow(plot, event));
    const { top = -1 } = plot.cursor;
    if (second !== undefined && top >= 0) {
      void select(cell(second.at, Math.floor(plot.posToVal(top, "y"))));
    }
  });
  const mark = readout(plot, (at) => {
    const kernel = secondOf(at)?.kernel;
    if (kernel === undefined) return NOTHING;
    const slots = slotsOf(kernel, measure.peek());
    const calls = plural(slots.reduce((sum, calls) => sum + calls, 0), "call");
    return slots.length === 0 ? calls : `${calls}, p99 ≤ ${duration(quantile(slots, 0.99))}`;
  });
  const stopData = effect(() => {
    const all = shown.value;
    edge.value;
    range.value;
    themeChanged.value;
    looked.value;
    selected.value;
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
    mark();
  });
  return keepUp(plot, box, { mark, stopData });
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
  ctx.globalAlpha = 1;
  const area = selected.peek()?.area;
  if (area !== undefined) outline(plot, area);
  ctx.restore();
  paintBeside(plot, low, high);
}

/** Draws a line around the area that is selected. */
function outline(plot: uPlot, { from, to, ge, lt }: Area): void {
  const { ctx } = plot;
  const left = plot.valToPos(from / 1_000, "x", true);
  const top = plot.valToPos(slotOf(lt), "y", true);
  ctx.strokeStyle = colour("second");
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.strokeRect(
    left,
    top,
    Math.max(ctx.lineWidth, plot.valToPos(to / 1_000, "x", true) - left),
    plot.valToPos(slotOf(ge), "y", true) - top,
  );
}

function paintBeside(plot: uPlot, low: number, high: number): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const one = pinned.peek() === undefined ? undefined : looked.peek();
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
