/**
 * The rows of the conversation. What others wrote gets into the document as text and in no other way, isolated
 * so that its direction of writing ends where it ends.
 *
 * @module
 */

import type { VNode } from "preact";
import { memo } from "./memo.ts";
import { useState } from "preact/hooks";
import { FileCard } from "../files/file_card.tsx";
import { piecesOf } from "./finding.ts";
import { clock } from "../format.ts";
import { ERASED_NAME, NEW_SINCE, waitsText, withoutSigns } from "../../../../talk/mod.ts";
import type { Reacted } from "../../page_messages.ts";
import { current, hovered } from "../state.ts";
import { Actions } from "./actions.tsx";
import { react } from "./changing.ts";
import { choose, release } from "./chosen.ts";
import { partsOf } from "./rich.ts";
import { type Quote, type Said, signed } from "./said.ts";
import type { Line, Pending } from "./view.ts";

/** Text longer than this is shown in part until somebody wants all of it. */
const CHARS_SHOWN = 800;
const LINES_SHOWN = 14;
/** How many colours names have; the name itself is always there, so they mean nothing alone. */
const HUES = 8;

/** The colour of a name: always the same. */
export function hueOf(name: string): string {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) | 0;
  return `hue-${Math.abs(hash) % HUES}`;
}

interface LineProps {
  readonly position: number;
  readonly line: Line;
  /** The line before is from the same user, and not long ago. */
  readonly follows: boolean;
  /** Whether guests have their sign. */
  readonly guests: boolean;
  /** What is looked for; nothing when it is empty. */
  readonly query: string;
  /** It is the line at which the search stands. */
  readonly found: boolean;
  /** It has its buttons. */
  readonly chosen: boolean;
}

/** One line. */
export const LineRow: (props: LineProps) => VNode = memo((props) => {
  const { position, line, follows, guests, query, found, chosen } = props;
  const time = (
    <time class="row-time" dateTime={new Date(line.at).toISOString()}>{clock(line.at)}</time>
  );
  const place = { "data-position": position, "data-at": line.at };
  const look = (): void => void (hovered.value = line.at);
  if (line.kind === "notice") {
    return (
      <p class={`row notice ${line.tone} ${found ? "found" : ""}`} {...place}>
        {time}
        <span class="hidden">Notice:</span>
        <span class="row-text" dir="auto">
          {line.tone === "error" && <span class="tag error">Error</span>}
          <Lit text={line.text} query={query} />
        </span>
      </p>
    );
  }
  if (line.kind === "file") {
    return (
      <div
        class={`row ${found ? "found" : ""}`}
        {...place}
        onPointerEnter={look}
        onPointerLeave={lookAway}
      >
        {time}
        <bdi class={`row-from ${hueOf(line.from)}`} title={line.from}>{line.from}</bdi>
        <span class="row-text">
          <FileCard n={line.n} />
        </span>
      </div>
    );
  }
  const kinds = [
    "row",
    follows ? "follows" : "",
    line.mine ? "mine" : "",
    line.mention ? "mention" : "",
    found ? "found" : "",
    chosen ? "chosen" : "",
  ];
  return (
    <p
      class={kinds.join(" ")}
      {...place}
      data-said={line.seq}
      tabIndex={-1}
      onPointerEnter={({ pointerType }) => {
        look();
        // A finger chooses by a tap, or every scroll would.
        if (pointerType === "mouse") choose(current.peek().key, position);
      }}
      onPointerLeave={({ pointerType, currentTarget }) => {
        lookAway();
        if (pointerType === "mouse") release(currentTarget, position);
      }}
      onClick={() => choose(current.peek().key, position)}
      onFocusIn={() => choose(current.peek().key, position)}
    >
      {time}
      <bdi
        class={`row-from ${hueOf(line.from)}`}
        title={line.guest && guests ? `${line.from}, a guest` : line.from}
      >
        <Lit text={signed(line, guests)} query={query} />
      </bdi>
      <span class="row-text" dir="auto">
        {line.mention && <span class="tag">@ you</span>}
        {line.reply !== undefined && <QuoteOf quote={line.reply} />}
        {line.change === "deleted"
          ? <span class="quiet-words">× (deleted{byWhom(line.by)})</span>
          : <Long text={withoutSigns(line.content)} query={query} whole={found} />}
        {line.change === "edited" && (
          <span class="quiet-words">{` (edited${byWhom(line.by)})`}</span>
        )}
        {line.waits === true && <span class="waits">{waitsText(current.peek().name)}</span>}
        {line.reactions?.map((one) => <Reaction key={one.emoji} line={line} one={one} />)}
      </span>
      {chosen && line.from !== ERASED_NAME && <Actions line={line} />}
    </p>
  );
});

/** To what a message is a reply. */
function QuoteOf({ quote }: { readonly quote: Quote }): VNode {
  const { seq, from, hook, content } = quote;
  return (
    <span class="quote">
      <span class="hidden">Reply to</span>
      ↪ {from === undefined ? `message ${seq}` : (
        <>
          <bdi>{signed(hook === undefined ? { from } : { from, hook }, false)}</bdi>:{" "}
          <bdi>{content === undefined ? "× (deleted)" : withoutSigns(content)}</bdi>
        </>
      )}
    </span>
  );
}

/** One kind of reaction and how many have put it there; a click puts the reader's own, or takes it away. */
function Reaction({ line, one }: { readonly line: Said; readonly one: Reacted }): VNode {
  const mine = one.mine === true;
  return (
    <button
      type="button"
      class={`reaction ${mine ? "own" : ""}`}
      aria-pressed={mine}
      title={mine ? "Take yours away" : "React likewise"}
      onClick={() => void react(current.peek(), line, one.emoji)}
    >
      <bdi>{one.emoji}</bdi> {one.count}
      {mine ? "*" : ""}
    </button>
  );
}

function byWhom(by: string | undefined): string {
  return by === undefined ? "" : ` by ${by}`;
}

function lookAway(): void {
  hovered.value = undefined;
}

/** Something of one's own that is not stored yet, or was refused. */
export function PendingRow(
  { pending, retry, discard }: {
    readonly pending: Pending;
    readonly retry: () => void;
    readonly discard: () => void;
  },
): VNode {
  return (
    <p class={`row pending ${pending.refusal === undefined ? "" : "refused"}`}>
      <span class="row-time">{pending.refusal === undefined ? "…" : "!"}</span>
      <span class="row-from">you</span>
      <span class="row-text" dir="auto">
        {pending.reply !== undefined && "↪ "}
        {pending.content}
        {pending.refusal === undefined
          ? <span class="hidden">is being sent</span>
          : (
            <span class="refusal">
              {pending.refusal}{" "}
              <button type="button" class="quiet" onClick={retry}>Try again</button>
              <button type="button" class="quiet" onClick={discard}>Give up</button>
            </span>
          )}
      </span>
    </p>
  );
}

/** What follows is new to the reader. */
export function NewRow(): VNode {
  const label = `${NEW_SINCE[0]?.toUpperCase() ?? ""}${NEW_SINCE.slice(1)}`;
  return (
    <div class="day new-since" role="separator" aria-label={label}>
      <span>{label}</span>
    </div>
  );
}

/** A new day begins. */
export function DayRow({ text }: { readonly text: string }): VNode {
  return (
    <p class="day">
      <span>{text}</span>
    </p>
  );
}

/** A long text is shown in part, until somebody wants all of it or the search has found it. */
function Long(
  { text, query, whole }: {
    readonly text: string;
    readonly query: string;
    readonly whole: boolean;
  },
): VNode {
  const [all, showAll] = useState(false);
  const short = all || whole ? text : beginning(text);
  if (short.length === text.length) return <Rich text={text} query={query} />;
  return (
    <>
      <Rich text={short} query={query} />…{" "}
      <button type="button" class="quiet" onClick={() => showAll(true)}>
        Show all {text.length.toLocaleString("en")} characters
      </button>
    </>
  );
}

/** A text with its links and code. A link leads where it says, in a tab of its own that knows nothing of this one. */
function Rich({ text, query }: { readonly text: string; readonly query: string }): VNode {
  const parts = partsOf(text);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "text") return <Lit text={text} query={query} />;
  return (
    <>
      {parts.map((part, index) => {
        const lit = <Lit key={index} text={part.text} query={query} />;
        switch (part.kind) {
          case "link":
            return (
              <a
                key={index}
                href={part.url}
                title={part.url}
                target="_blank"
                rel="noopener noreferrer nofollow"
              >
                {lit}
              </a>
            );
          case "code":
            return <code key={index}>{lit}</code>;
          case "block":
            return <code key={index} class="block">{lit}</code>;
          default:
            return lit;
        }
      })}
    </>
  );
}

/** A text in which what is looked for is marked. */
function Lit({ text, query }: { readonly text: string; readonly query: string }): VNode {
  if (query === "") return <>{text}</>;
  return (
    <>
      {piecesOf(text, query).map(({ text, lit }, index) =>
        lit ? <mark key={index}>{text}</mark> : text
      )}
    </>
  );
}

function beginning(text: string): string {
  let end = -1;
  for (let lines = 0; lines < LINES_SHOWN; lines++) {
    end = text.indexOf("\n", end + 1);
    if (end < 0) break;
  }
  return text.slice(0, Math.min(end < 0 ? Infinity : end, CHARS_SHOWN));
}
