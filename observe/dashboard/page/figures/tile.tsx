/**
 * A tile: one figure that is read at a glance, its value beside the line that it drew.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import type { Origin } from "../../page_messages.ts";
import { Figure } from "./figure.tsx";
import { Plot, type Series } from "./plot.tsx";

interface TileProps {
  /** As people and tests know it. */
  readonly name: string;
  readonly origin: Origin;
  readonly value: ComponentChildren;
  /** Below the value, smaller. */
  readonly note?: ComponentChildren;
  /** What the chart is called where it cannot be seen; the tile's name, when it says enough. */
  readonly label?: string;
  /** The same array each time. */
  readonly series: readonly Series[];
  /** The smallest top of the scale, so that small noise looks small. */
  readonly least?: number;
  /** Whether its note may name somebody: there is room for that from the beginning, so that nothing moves when it does. */
  readonly names?: boolean;
}

/** A tile. */
export function Tile(
  { name, origin, value, note, label, series, least = 1, names = false }: TileProps,
): VNode {
  return (
    <Figure
      name={name}
      origin={origin}
      value={value}
      note={note}
      size={names ? "tile names" : "tile"}
    >
      <Plot label={label ?? name.toLowerCase()} series={series} spark least={least} />
    </Figure>
  );
}
