/**
 * The server's own page: the chat, for everybody who may come in. It is the dashboard's chat panel over another source.
 *
 * @module
 */

import { effect, type Signal, signal } from "@preact/signals";
import { type FunctionComponent, render, type VNode } from "preact";
import "uplot/dist/uPlot.min.css";
import "../page.css";
import "../frame.css";
import "../chat/chat.css";
import "../chat/log.css";
import "../chat/menu.css";
import "../files/files.css";
import "../figures/time.css";
import "../figures/figures.css";
import "../figures/verdict.css";
import "../screens.css";
import { ChatPanel } from "../chat/chat_panel.tsx";
import { draft } from "../chat/draft.ts";
import { askToNotify, notifications, onNotified } from "../chat/notifying.ts";
import { look, tell } from "../chat/places.ts";
import { seen } from "../chat/unread.ts";
import { connection } from "../connection.ts";
import { heard } from "../heard.ts";
import { Link, showsUnread } from "../link.tsx";
import { account, server } from "../state.ts";
import { startWorker } from "./installing.ts";
import { takeInvitation } from "./invited.ts";
import { VisitorSource } from "./source.ts";
import { wayIn } from "./way_in.ts";
import { WayInForm } from "./way_in_form.tsx";

const TABS = ["chat", "server"] as const;
type Tab = typeof TABS[number];

const source = new VisitorSource();
/** What a phone shows. */
const tab: Signal<Tab> = signal("chat");

/** The figures of an operator's page, once they are there. */
const instruments: Signal<FunctionComponent | undefined> = signal(undefined);

function App(): VNode {
  if (wayIn.value !== undefined) return <WayInForm {...wayIn.value} source={source} />;
  // Whoever may ask the server how it stands has its figures beside the chat; on a phone one at a time.
  const operates = server.value?.kind === "full";
  const Instruments = instruments.value;
  return (
    <>
      <header class="top">
        <h1>chat</h1>
        <Link />
        {operates && (
          <nav class="tabs" aria-label="Panels">
            {TABS.map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={tab.value === name}
                onClick={() => tab.value = name}
              >
                {name === "chat" ? "Chat" : "Server"}
              </button>
            ))}
          </nav>
        )}
        {notifications.value === "default" && (
          <button
            type="button"
            class="quiet notify"
            onClick={() => void askToNotify()}
          >
            Notify me
          </button>
        )}
        <button type="button" class="quiet leave" onClick={() => void source.leave()}>
          {account.value === "own" ? "Log out" : "Leave"}
        </button>
      </header>
      <main class={operates ? `panels shows-${tab.value}` : "panels alone"}>
        <ChatPanel />
        {operates && Instruments !== undefined && <Instruments />}
      </main>
    </>
  );
}

async function loadInstruments(): Promise<void> {
  try {
    instruments.value = (await import("./instruments.tsx")).Instruments;
  } catch {
    // Its server was started anew, as another version, since the page was loaded; or it is gone at this moment.
    tell("The server's figures could not be loaded. Load the page again to see them.", "error");
  }
}

effect(() => {
  // What came while the form was shown is before the reader's eyes once the page is drawn.
  if (wayIn.value === undefined && tab.value === "chat") setTimeout(seen);
});
effect(() => {
  if (server.value?.kind === "full" && instruments.peek() === undefined) void loadInstruments();
});
showsUnread();

const root = document.getElementById("app");
if (root !== null) {
  root.textContent = "";
  takeInvitation();
  onNotified((key) => look(key, draft.read()));
  connection.start(source, heard);
  render(<App />, root);
}
startWorker();
