/**
 * The strip above all: how the chat stands and why, how long a sender waits and for what, who reads most slowly, what is lost, and what watching
 * costs. Of the moment that is looked at.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import type { Second } from "../../page_messages.ts";
import { bytes, count, milliseconds, NOTHING, percent } from "../format.ts";
import { pageFreshness, serverFreshness } from "../fresh.ts";
import { kernel, looked, server } from "../state.ts";
import { Age, dimmed } from "./age.tsx";
import { Plot, type Series } from "./plot.tsx";

type Verdict = NonNullable<Second["verdict"]>;
type Part = keyof Verdict["parts"];

/** Sign for each state: never the colour alone. */
const SIGNS: Readonly<Record<Verdict["state"], string>> = { good: "●", slow: "▲", failing: "■" };

const WAITS: readonly Series[] = [
  {
    label: "p99 of acknowledgement",
    colour: "server",
    of: ({ verdict }) => verdict?.ack?.p99Ms,
    show: milliseconds,
  },
  {
    label: "disk",
    colour: "second",
    dashed: true,
    of: ({ verdict }) => verdict?.parts.disk,
    show: milliseconds,
  },
];

/** The way of what is said, in its order, and what each part of it is called. */
const WAY: readonly (readonly [Part, string, string])[] = [
  ["network", "network", "half of all round trips to clients take so long or longer"],
  ["kernel", "kernel", "from the arrival of data until the server reads it"],
  ["loop", "loop", "from there until the message is taken"],
  ["disk", "disk", "until it is durable"],
  ["answer", "answer", "until the sender's socket has taken the answer"],
  ["fanout", "fan-out", "until the last member's socket has taken the message"],
];

/** The strip; nothing where there is nothing to judge by. */
export function VerdictStrip(): VNode | null {
  const verdict = looked.value?.verdict;
  if (verdict === undefined) return null;
  const { state, sentence, also, ack, parts, slowest, losses, cost } = verdict;
  // That nothing comes from the server is the verdict then, and as new as the page's own figures.
  const fresh = verdict.cause === "server" ? pageFreshness.value : serverFreshness.value;
  // What is read out is what changes seldom.
  const end = sentence.indexOf(". ");
  const [head, rest] = end < 0
    ? [sentence, ""]
    : [sentence.slice(0, end + 1), sentence.slice(end + 1)];
  return (
    <section
      class={dimmed(`verdict ${state}`, fresh)}
      aria-label="Verdict"
    >
      <div class="verdict-say">
        <p>
          <span class="verdict-sign" aria-hidden="true">{SIGNS[state]}</span>{" "}
          <strong role="status">{head}</strong>
          {rest}
        </p>
        {also.length > 0 && <p class="note" title={also.join(" ")}>Also: {also.join(" ")}</p>}
        <Age of={fresh} />
      </div>
      <Item name="Acknowledgement" title="How long a sender waits for the answer, in this second">
        <div class="verdict-ack">
          <div>
            <strong>{milliseconds(ack?.p99Ms)}</strong> <span class="note">p99</span>
            <p class="note">p50 {milliseconds(ack?.p50Ms)}</p>
            <p class="note">max {milliseconds(ack?.maxMs)}</p>
          </div>
          <Plot label="acknowledgement" series={WAITS} spark least={20} />
        </div>
      </Item>
      <Item name="Of which" title="Where the slowest hundredth spent its time">
        <Way parts={parts} />
      </Item>
      <Item name="Slowest reader" title="For whom most waits, and how far it is from being cut off">
        {slowest === undefined
          ? <span class="note">{readsAll(verdict)}</span>
          : <Reader of={slowest} />}
      </Item>
      <Item name="Lost" title="In this second; what was not seen, since the start">
        {losses === undefined ? NOTHING : <Losses of={losses} />}
      </Item>
      <Item
        name="Watching costs"
        title="Part of one processor that the programs in the kernel take"
      >
        <strong>{cost === undefined ? NOTHING : percent(cost)}</strong>
        {kernel.value?.kind !== "watching" && <span class="note">no kernel</span>}
      </Item>
    </section>
  );
}

function readsAll({ cause }: Verdict): string {
  // Of a server that does not answer nobody knows it.
  const isKnown = server.value?.kind === "full" && cause !== "server";
  return isKnown ? "all have everything" : "not known";
}

function Item(
  { name, title, children }: {
    readonly name: string;
    readonly title: string;
    readonly children: ComponentChildren;
  },
): VNode {
  return (
    <div class="verdict-item" role="group" aria-label={name} title={title}>
      <span class="figure-name">{name}</span>
      <div>{children}</div>
    </div>
  );
}

function Way({ parts }: { readonly parts: Verdict["parts"] }): VNode {
  const known = WAY.filter(([part]) => parts[part] !== undefined);
  const most = Math.max(...known.map(([part]) => parts[part] ?? 0));
  if (known.length === 0) return <span class="note">nothing was said</span>;
  return (
    <ul class="verdict-way">
      {known.map(([part, name, title]) => (
        <li key={part} title={title} class={parts[part] === most && most >= 20 ? "most" : ""}>
          <span class="note">{name}</span> {milliseconds(parts[part])}
        </li>
      ))}
    </ul>
  );
}

function Reader(
  { of: { who, bytes: waits, inKernel = 0, bytesMax } }: {
    readonly of: NonNullable<Verdict["slowest"]>;
  },
): VNode {
  const part = bytesMax === undefined ? undefined : Math.min(1, waits / bytesMax);
  return (
    <>
      <strong>
        <bdi>{who}</bdi>
      </strong>{" "}
      <span class="note">{bytes(waits + inKernel)}</span>
      {part !== undefined && (
        <p class="note">
          {percent(part)} to the cut-off
          <meter min={0} max={1} value={part} aria-label="To the cut-off" />
        </p>
      )}
    </>
  );
}

function Losses(
  { of: { cutOff, turnedAway, resent, unseen } }: {
    readonly of: NonNullable<Verdict["losses"]>;
  },
): VNode {
  const all = [
    [cutOff, "cut off"],
    [turnedAway, "turned away"],
    [resent ?? 0, "sent again"],
    [unseen ?? 0, "not seen"],
  ] as const;
  const some = all.filter(([many]) => many > 0);
  if (some.length === 0) return <span class="note">nothing</span>;
  return <>{some.map(([many, what]) => <div key={what}>{count(many)} {what}</div>)}</>;
}
