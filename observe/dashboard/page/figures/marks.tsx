/**
 * The marks on the time axis: what happened when, each a sign at its moment, which is pinned by a click.
 *
 * @module
 */

import type { VNode } from "preact";
import type { MarkSecond } from "../../page_messages.ts";
import { clock } from "../format.ts";
import { edge, pause, pinned, range, shown } from "../state.ts";

/** Sign of each kind: never the colour alone. */
const SIGNS: Readonly<Record<MarkSecond["kind"], string>> = {
  marked: "⚑",
  restarted: "↻",
  cutOff: "✂",
  rateLimited: "≫",
  loginsRefused: "⊘",
  compacted: "▤",
};

/** Marks of which the words stand there, too: the newest. */
const SAID_MAX = 1;

/** The lane of marks; as high with some as with none, so that nothing moves when one comes. */
export function Marks(): VNode {
  const to = edge.value;
  const from = to - range.value * 1_000;
  const marks = shown.value.flatMap(({ marks = [] }) => marks).filter(({ at }) => at >= from);
  const said = marks.slice(-SAID_MAX);
  return (
    <div class="marks" role="group" aria-label="Marks">
      <div class="marks-lane">
        {marks.map((mark, place) => (
          <button
            type="button"
            key={`${mark.at} ${place}`}
            class={`mark ${mark.kind}`}
            style={{ left: `${Math.min(100, (mark.at - from) / (range.value * 10))}%` }}
            title={`${clock(mark.at, true)} ${mark.text}`}
            aria-label={`${clock(mark.at, true)} ${mark.text}`}
            onClick={() => {
              pinned.value = mark.at;
              pause(edge.value);
            }}
          >
            {SIGNS[mark.kind]}
          </button>
        ))}
      </div>
      <p class="note marks-said">
        {said.length === 0
          ? "no marks"
          : said.map(({ at, kind, text }) => `${SIGNS[kind]} ${clock(at, true)} ${text}`)}
      </p>
    </div>
  );
}
