/**
 * The word for figures that are not of now any more: how old they are, and why no newer ones come.
 *
 * @module
 */

import type { VNode } from "preact";
import { span } from "../format.ts";
import { type Freshness, showsNow } from "../fresh.ts";

/** How old something is. @param age Milliseconds. */
export function Old({ age }: { readonly age: number }): VNode {
  return <span class="old">{span(age)} old</span>;
}

/** How old a source's figures are, and why; nothing while they are of now. `brief` where there is no room for more words. */
export function Age(
  { of: { age, stale }, brief = false }: { readonly of: Freshness; readonly brief?: boolean },
): VNode | null {
  if (stale === undefined) return null;
  // The age changes each second, and is not read out each time.
  return (
    <p class="panel-note" title={stale}>
      {age !== undefined && <Old age={age} />}{" "}
      <span role="status" class={brief ? "hidden" : ""}>{stale}</span>
    </p>
  );
}

/** The class of a panel with these figures. Who looks at a moment of before sees what was true then. */
export function dimmed(name: string, { stale }: Freshness): string {
  return stale !== undefined && showsNow.value ? `${name} stale` : name;
}
