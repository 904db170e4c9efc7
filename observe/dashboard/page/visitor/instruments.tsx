/**
 * The server's figures beside the chat, for operators: loaded when somebody may see them, so that nobody else waits for charts.
 *
 * @module
 */

import type { VNode } from "preact";
import { Marks } from "../figures/marks.tsx";
import { PeoplePanel } from "../figures/people_panel.tsx";
import { ServerPanel } from "../figures/server_panel.tsx";
import { TimeBar } from "../figures/time_bar.tsx";
import { VerdictStrip } from "../figures/verdict_strip.tsx";

/** All of them. */
export function Instruments(): VNode {
  return (
    <div class="instruments unwatched">
      <VerdictStrip />
      <TimeBar />
      <Marks />
      <ServerPanel />
      <PeoplePanel />
    </div>
  );
}
