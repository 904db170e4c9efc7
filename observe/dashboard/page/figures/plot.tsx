/**
 * A line chart of seconds.
 *
 * @module
 */

import { effect } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Second } from "../../page_messages.ts";
import { keepUp, onAxisKey, placeTime, sizeOf, TIME_SCALE, timeAxis, valueAxis } from "./axis.ts";
import { withGaps } from "./gaps.ts";
import { followPointer, readout, togglePin } from "./pointer.ts";
import { NOTHING } from "../format.ts";
import { edge, range, secondOf, shown } from "../state.ts";
import { type Colour, colour, themeChanged } from "./theme.ts";

/** One line of a chart. */
export interface Series {
  readonly label: string;
  readonly colour: Colour;
  /** Lines are told apart by their form as well. */
  readonly dashed?: true;
  readonly of: (second: Second) => number | undefined;
  /** How a value of it is written. */
  readonly show: (value: number) => string;
}

interface PlotProps {
  readonly label: string;
  /** The same array each time. */
  readonly series: readonly Series[];
  /** How its axis shows a value. */
  readonly show?: (value: number) => string;
  /** Without axes, for a small one. */
  readonly spark?: boolean;
  /** The smallest top of the scale, so that small noise looks small. */
  readonly least?: number;
}

/** A line chart, as large as the style sheet makes it. */
export function Plot(props: PlotProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current === null ? undefined : drawn(box.current, props), [props.series]);
  return (
    <div
      ref={box}
      class={`plot ${props.spark ? "spark" : ""}`}
      role="img"
      tabIndex={0}
      aria-label={`Chart: ${props.label}. Arrow keys move the moment, space pauses.`}
      onKeyDown={(event) => onAxisKey(event) && event.preventDefault()}
    />
  );
}

/** Values between two gaps: no line leads to them, so they are drawn as dots. */
function lonely({ data }: uPlot, series: number): number[] {
  const values = data[series] ?? [];
  const isKnown = (at: number): boolean => typeof values[at] === "number";
  return Array.from(values.keys())
    .filter((at) => isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1));
}

function drawn(
  box: HTMLDivElement,
  { series, show = String, spark = false, least = 1 }: PlotProps,
): () => void {
  const plot = new uPlot(
    {
      ...sizeOf(box),
      padding: spark ? [4, 0, 2, 0] : [8, 22, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: TIME_SCALE,
        y: { range: (_plot, _min, max) => [0, Math.max(least, (max ?? 0) * 1.15)] },
      },
      axes: spark ? [{ show: false }, { show: false }] : [timeAxis(), valueAxis(show)],
      series: [
        {},
        ...series.map((one): uPlot.Series => ({
          label: one.label,
          stroke: () => colour(one.colour),
          width: 1.5,
          ...(one.dashed ? { dash: [4, 3] } : { fill: () => `${colour(one.colour)}1f` }),
          points: { show: false, filter: lonely, size: 3, fill: () => colour(one.colour) },
        })),
      ],
    },
    [[], ...series.map(() => [])],
    box,
  );
  followPointer(plot);
  plot.over.addEventListener("click", (event) => togglePin(plot, event));
  const mark = readout(plot, (at) => {
    const second = secondOf(at);
    return series.map(({ of, show }) => {
      const value = second === undefined ? undefined : of(second);
      return value === undefined ? NOTHING : show(value);
    }).join(" / ");
  });
  const stopData = effect(() => {
    const all = withGaps(shown.value);
    edge.value;
    range.value;
    themeChanged.value;
    plot.batch(() => {
      plot.setData([
        all.map(({ at }) => at / 1_000),
        ...series.map(({ of }) =>
          all.map(({ second }) => second === undefined ? null : of(second) ?? null)
        ),
      ], false);
      placeTime(plot);
    });
    mark();
  });
  return keepUp(plot, box, { mark, stopData });
}
