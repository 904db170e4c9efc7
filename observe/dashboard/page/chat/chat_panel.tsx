/**
 * The chat panel: rooms and conversations, the log, the input, and who is here.
 *
 * @module
 */

import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { foldText } from "../../../../server/wire/names/mod.ts";
import { shownName } from "../../../../talk/mod.ts";
import { askSecret } from "./account.ts";
import { SecretForm } from "./secret_form.tsx";
import { Composer } from "./composer.tsx";
import { DeedForm } from "./deed_form.tsx";
import { draft } from "./draft.ts";
import { onPageKey } from "./keys.ts";
import { Log, readAt } from "./log.tsx";
import { Menu, openMenu } from "./menu.tsx";
import { DropHint, dropping } from "../files/offering.tsx";
import { NOTHING } from "../format.ts";
import { isInTouch } from "../fresh.ts";
import { look, query } from "./places.ts";
import { join, leave, listRooms } from "./membership.ts";
import { hueOf } from "./rows.tsx";
import { SearchBar } from "./search_bar.tsx";
import { beginSearch } from "./searching.ts";
import {
  account,
  accountSeen,
  current,
  currentKey,
  link,
  me,
  standing,
  views,
  viewsChanged,
} from "../state.ts";
import { TypingLine } from "./typing.tsx";
import { seen } from "./unread.ts";
import type { View } from "./view.ts";

/** People listed at most: more is a number. */
const PEOPLE_SHOWN = 200;

const otherRooms = signal<readonly { readonly name: string; readonly users: number }[]>([]);
const showsPeople = signal(false);

/** The chat panel. */
export function ChatPanel(): VNode {
  viewsChanged.value;
  const view = current.value;
  useEffect(() => {
    const onShow = (): void => {
      if (!document.hidden) seen();
    };
    document.addEventListener("visibilitychange", onShow);
    document.addEventListener("keydown", onPageKey);
    return () => {
      document.removeEventListener("visibilitychange", onShow);
      document.removeEventListener("keydown", onPageKey);
    };
  }, []);
  // Sorting ten thousand takes some milliseconds, and this is drawn whenever somebody says something.
  const names = showsPeople.value && view.kind === "room"
    ? [...view.people.values()].sort((a, b) => a.localeCompare(b))
    : [];
  return (
    <section class="panel chat" id="panel-chat" aria-label="Chat">
      <nav class="rooms" aria-label="Rooms and conversations">
        <Places />
      </nav>
      <div class="talk" {...dropping}>
        <header class="talk-head">
          <h2>
            <span class="sigil" aria-hidden="true">{view.kind === "room" ? "#" : "@"}</span>
            <bdi>{view.name}</bdi>
          </h2>
          <p class="topic" dir="auto" title={view.topic}>{view.topic}</p>
          <button
            type="button"
            class="quiet"
            title="Ctrl+F"
            onClick={() => beginSearch(readAt())}
          >
            Search
          </button>
          {view.kind === "room" && (
            <button
              type="button"
              class="quiet people-toggle"
              aria-expanded={showsPeople.value}
              onClick={() => showsPeople.value = !showsPeople.value}
            >
              {isInTouch.value ? view.count ?? view.people.size : NOTHING} here
            </button>
          )}
          {(view.kind === "private" || views.value.length > 1) && (
            <button
              type="button"
              class="quiet"
              aria-label={view.kind === "room" ? `Leave ${view.name}` : `Close ${view.name}`}
              onClick={() => void leave(view)}
            >
              {view.kind === "room" ? "Leave" : "Close"}
            </button>
          )}
        </header>
        {showsPeople.value && view.kind === "room" && (
          <ul class="people" aria-label={`People in ${view.name}`}>
            {names.slice(0, PEOPLE_SHOWN).map((name) => (
              <li key={name}>
                {foldText(name) === foldText(me.value)
                  ? (
                    <span class="person">
                      <bdi>{name}</bdi> (you)
                    </span>
                  )
                  : (
                    <>
                      <button
                        type="button"
                        class={`person ${hueOf(name)}`}
                        title={`Whisper with ${name}${isGuest(view, name) ? ", a guest" : ""}`}
                        onClick={() => query(name, draft.read())}
                      >
                        <bdi>{shownName(name, isGuest(view, name))}</bdi>
                      </button>
                      <button
                        type="button"
                        class="person-more"
                        title={`More about ${name}`}
                        aria-label={`More about ${name}`}
                        aria-haspopup="menu"
                        onClick={({ currentTarget }) =>
                          openMenu({ view, name, opener: currentTarget })}
                      >
                        <span aria-hidden="true">⋯</span>
                      </button>
                    </>
                  )}
              </li>
            ))}
            {names.length > PEOPLE_SHOWN && <li>and {names.length - PEOPLE_SHOWN} more</li>}
          </ul>
        )}
        <SearchBar />
        <LinkNotice />
        <Log />
        <TypingLine />
        <SecretForm />
        <DeedForm />
        <Composer />
        <DropHint />
      </div>
      <Menu />
    </section>
  );
}

/** Whether somebody in a room has the sign of a guest. */
function isGuest({ crowd: { proved } }: View, name: string): boolean {
  return accountSeen.value && !proved.has(foldText(name));
}

/** Rooms and conversations, and a way to enter another room. */
function Places(): VNode {
  viewsChanged.value;
  const all = views.value;
  const rooms = all.filter(({ kind }) => kind === "room");
  const others = all.filter(({ kind }) => kind === "private");
  return (
    <>
      <h2 class="rooms-title">Rooms</h2>
      <ul>{rooms.map((view) => <Place key={view.key} view={view} />)}</ul>
      {others.length > 0 && <h2 class="rooms-title">Whispers</h2>}
      {others.length > 0 && <ul>{others.map((view) => <Place key={view.key} view={view} />)}</ul>}
      <form class="join" onSubmit={onJoin}>
        <label class="hidden" for="join">Enter a room</label>
        <input
          id="join"
          name="room"
          list="other-rooms"
          placeholder="+ room"
          autocomplete="off"
          maxLength={32}
          onFocus={() => void listRooms().then((list) => otherRooms.value = list)}
        />
        <datalist id="other-rooms">
          {otherRooms.value.map(({ name, users }) => (
            <option key={name} value={name}>{`${users} here`}</option>
          ))}
        </datalist>
      </form>
      {account.value === "guest" && mayRegister() && (
        <button
          type="button"
          class="quiet"
          title="/register"
          onClick={() => askSecret("register")}
        >
          Make <bdi>{me.value}</bdi> yours
        </button>
      )}
    </>
  );
}

/** Whether guests can make their name their own here: where operators make the accounts, one is here by an invitation. */
function mayRegister(): boolean {
  return document.documentElement.dataset["accounts"] !== "closed";
}

function Place({ view }: { readonly view: View }): VNode {
  // A view changes in place: without this, nothing would say that it has unread lines.
  viewsChanged.value;
  const here = view.key === currentKey.value;
  const { unread, mentions } = view;
  const button = useRef<HTMLButtonElement>(null);
  // Where there are more than fit, the one that is looked at is seen.
  useLayoutEffect(() => {
    if (here) {
      button.current?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    }
  }, [here]);
  return (
    <li>
      <button
        ref={button}
        type="button"
        class={`place ${here ? "here" : ""} ${unread > 0 ? "unread" : ""}`}
        aria-current={here ? "true" : undefined}
        onClick={() => look(view.key, draft.read())}
      >
        <span class="sigil" aria-hidden="true">{view.kind === "room" ? "#" : "@"}</span>
        <bdi class="place-name">{view.name}</bdi>
        {unread > 0 && (
          <span class={`badge ${mentions > 0 ? "urgent" : ""}`}>
            {mentions > 0 && view.kind === "room" ? "@" : ""}
            {unread > 999 ? "999+" : unread} <span class="hidden">unread</span>
          </span>
        )}
      </button>
    </li>
  );
}

function onJoin(event: SubmitEvent): void {
  event.preventDefault();
  const form = event.currentTarget as HTMLFormElement;
  const room = String(new FormData(form).get("room") ?? "").trim();
  form.reset();
  if (room !== "") void join(room);
}

/** What stands between the reader and the server, if anything does. */
function LinkNotice(): VNode | null {
  if (standing.value === "lost") {
    return <p class="banner" role="status">The dashboard cannot be reached. Trying again…</p>;
  }
  const state = link.value;
  if (state.kind === "online" || standing.value === "connecting") return null;
  const text = state.kind === "connecting" ? "Connecting to the server…" : state.reason;
  return (
    <p class="banner" role="status">
      {text} {state.kind === "offline" && "Trying again…"}
    </p>
  );
}
