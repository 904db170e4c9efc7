/**
 * A figure: its name, where it comes from, its value as text, and below that whatever draws it.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import type { Origin } from "../../page_messages.ts";

const ORIGINS: readonly Origin[] = ["kernel", "server", "estimate"];
/** Sign and word for each origin: never the colour alone. */
const SIGNS: Readonly<Record<Origin, string>> = { kernel: "◆", server: "●", estimate: "≈" };
const MEANINGS: Readonly<Record<Origin, string>> = {
  kernel: "measured in the kernel",
  server: "counted by the server",
  estimate: "estimated from other figures",
};

/** Where a figure comes from: its sign, and the word for whoever hears the page. */
export function Sign({ origin }: { readonly origin: Origin }): VNode {
  return (
    <span class={`origin ${origin}`} title={`${origin}: ${MEANINGS[origin]}`}>
      <span aria-hidden="true">{SIGNS[origin]}</span>
      <span class="hidden">{origin}</span>
    </span>
  );
}

/** A bar behind a number; the number says the same. */
export function Bar(
  { part, origin = "kernel" }: { readonly part: number; readonly origin?: Origin },
): VNode {
  const width = `${Math.round(part * 100)}%`;
  return <span class={`bar ${origin}`} aria-hidden="true" style={{ width }} />;
}

/** What the signs mean. */
export function Legend(): VNode {
  return (
    <p class="legend">
      {ORIGINS.map((origin) => (
        <span key={origin} class={`origin ${origin}`}>
          <span aria-hidden="true">{SIGNS[origin]}</span> {MEANINGS[origin]}
        </span>
      ))}
    </p>
  );
}

interface FigureProps {
  /** As people and tests know it. */
  readonly name: string;
  readonly origin: Origin;
  readonly value: ComponentChildren;
  /** Beside the value, smaller. */
  readonly note?: ComponentChildren;
  /** Where it stands: `wide` takes the whole row. */
  readonly size?: "tile" | "tile names" | "half" | "wide";
  /** At the other end of the line of the value. */
  readonly aside?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** A figure. */
export function Figure(
  { name, origin, value, note, size = "tile", aside, children }: FigureProps,
): VNode {
  return (
    <figure class={`figure ${size}`} aria-label={name}>
      <figcaption>
        <span class="figure-name">{name}</span>
        <Sign origin={origin} />
        <span class="figure-line">
          <strong class="value">{value}</strong>
          {note !== undefined && <span class="note">{note}</span>}
          {aside}
        </span>
      </figcaption>
      {children}
    </figure>
  );
}
