/**
 * The page: chat on one side, instruments on the other; on a phone one at a time.
 *
 * @module
 */

import { effect, type Signal, signal } from "@preact/signals";
import { render, type VNode } from "preact";
import "uplot/dist/uPlot.min.css";
import "./page.css";
import "./frame.css";
import "./chat/chat.css";
import "./chat/log.css";
import "./chat/menu.css";
import "./chat/way.css";
import "./files/files.css";
import "./figures/time.css";
import "./figures/figures.css";
import "./figures/verdict.css";
import "./screens.css";
import { ChatPanel } from "./chat/chat_panel.tsx";
import { seen } from "./chat/unread.ts";
import { WayPanel } from "./chat/way_panel.tsx";
import { connection } from "./connection.ts";
import { Door, door } from "./door.tsx";
import { heard } from "./heard.ts";
import { Link, showsUnread } from "./link.tsx";
import { Legend } from "./figures/figure.tsx";
import { KernelPanel } from "./figures/kernel_panel.tsx";
import { Marks } from "./figures/marks.tsx";
import { PeoplePanel } from "./figures/people_panel.tsx";
import { ServerPanel } from "./figures/server_panel.tsx";
import { kernel, standing } from "./state.ts";
import { ProcessSource } from "./process.ts";
import { TimeBar } from "./figures/time_bar.tsx";
import { VerdictStrip } from "./figures/verdict_strip.tsx";

const TABS = ["chat", "server", "kernel"] as const;
type Tab = typeof TABS[number];

/** What a phone shows. */
const tab: Signal<Tab> = signal("chat");

function App(): VNode {
  if (standing.value === "locked" || standing.value === "wrong") return <Locked />;
  if (door.value !== undefined) return <Door {...door.value} />;
  return (
    <>
      <header class="top">
        <h1>chat</h1>
        <Link />
        <nav class="tabs" aria-label="Panels">
          {TABS.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={tab.value === name}
              onClick={() => tab.value = name}
            >
              {name[0]?.toUpperCase()}
              {name.slice(1)}
            </button>
          ))}
        </nav>
        <Legend />
      </header>
      <VerdictStrip />
      <main class={`panels shows-${tab.value}`}>
        <ChatPanel />
        <div class={`instruments ${kernel.value?.kind === "watching" ? "watched" : "unwatched"}`}>
          <TimeBar />
          <Marks />
          <ServerPanel />
          <KernelPanel />
          <PeoplePanel />
          <Legend />
        </div>
      </main>
      <WayPanel />
    </>
  );
}

function Locked(): VNode {
  return (
    <main class="locked">
      <h1>chat dashboard</h1>
      {standing.value === "wrong"
        ? (
          <p role="alert">
            <strong>The token in this link is wrong.</strong> It is the part behind{" "}
            <code>#</code>, and each start of the dashboard makes a new one. The right one is in the
            terminal in which <code>chat dashboard</code>{" "}
            runs: open the link that it printed last, and all of it.
          </p>
        )
        : (
          <p>
            This page needs the link that <code>chat dashboard</code>{" "}
            printed when it started: the part behind <code>#</code> opens it, in each tab anew.
          </p>
        )}
    </main>
  );
}

effect(() => {
  // What came while the figures were shown is before the reader's eyes once the page is drawn.
  if (tab.value === "chat") setTimeout(seen);
});
showsUnread();

const root = document.getElementById("app");
if (root !== null) {
  root.textContent = "";
  render(<App />, root);
}
connection.start(new ProcessSource(), heard);
