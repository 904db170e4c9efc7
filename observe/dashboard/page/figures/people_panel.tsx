/**
 * The people's panel: whose bytes, calls and waiting the other two panels show.
 *
 * @module
 */

import type { VNode } from "preact";
import { People } from "./people.tsx";
import { Rooms } from "./rooms.tsx";

/** The people's panel. */
export function PeoplePanel(): VNode {
  return (
    <section class="panel" id="panel-people" aria-labelledby="people-title">
      <header class="panel-head">
        <h2 id="people-title">People and rooms</h2>
      </header>
      <div class="figures">
        <People />
        <Rooms />
      </div>
    </section>
  );
}
