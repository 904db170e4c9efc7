/**
 * The server's own page: the chat, for everybody who may come in. It is the dashboard's chat panel over another source.
 *
 * @module
 */

import { effect } from "@preact/signals";
import { render, type VNode } from "preact";
import "../page.css";
import "../frame.css";
import "../chat/chat.css";
import "../chat/log.css";
import "../chat/menu.css";
import "../files/files.css";
import "../screens.css";
import { ChatPanel } from "../chat/chat_panel.tsx";
import { draft } from "../chat/draft.ts";
import { keepDrafts } from "../chat/kept_drafts.ts";
import { askToNotify, notifications, onNotified } from "../chat/notifying.ts";
import { look } from "../chat/places.ts";
import { seen } from "../chat/unread.ts";
import { connection } from "../connection.ts";
import { heard } from "../heard.ts";
import { Link, showsUnread } from "../link.tsx";
import { account } from "../state.ts";
import { startWorker } from "./installing.ts";
import { VisitorSource } from "./source.ts";
import { wayIn } from "./way_in.ts";
import { WayInForm } from "./way_in_form.tsx";

const source = new VisitorSource();

function App(): VNode {
  if (wayIn.value !== undefined) return <WayInForm {...wayIn.value} source={source} />;
  return (
    <>
      <header class="top">
        <h1>chat</h1>
        <Link />
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
      <main class="panels alone">
        <ChatPanel />
      </main>
    </>
  );
}

effect(() => {
  // What came while the form was shown is before the reader's eyes once the page is drawn.
  if (wayIn.value === undefined) setTimeout(seen);
});
showsUnread();

const root = document.getElementById("app");
if (root !== null) {
  root.textContent = "";
  keepDrafts();
  onNotified((key) => look(key, draft.read()));
  connection.start(source, heard);
  render(<App />, root);
}
startWorker();
