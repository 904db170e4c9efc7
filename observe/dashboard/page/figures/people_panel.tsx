/**
 * The people's panel: whose bytes, calls and waiting the other two panels show.
 *
 * @module
 */

import type { VNode } from "preact";
import { kernelFreshness, serverFreshness } from "../fresh.ts";
import { kernel } from "../state.ts";
import { Age, dimmed } from "./age.tsx";
import { People } from "./people.tsx";
import { Rooms } from "./rooms.tsx";

/** The people's panel. */
export function PeoplePanel(): VNode {
  const fresh = kernel.value?.kind === "watching" ? kernelFreshness.value : serverFreshness.value;
  return (
    <section class={dimmed("panel", fresh)} id="panel-people" aria-labelledby="people-title">
      <header class="panel-head">
        <h2 id="people-title">People and rooms</h2>
        <Age of={fresh} />
      </header>
      <div class="figures">
        <People />
        <Rooms />
      </div>
    </section>
  );
}
