/**
 * Who causes it: bytes, calls, round trip and queue by user, and who is slow.
 *
 * @module
 */

import type { VNode } from "preact";
import { foldText } from "../../../../server/wire/names/mod.ts";
import type { Origin, PersonSecond } from "../../page_messages.ts";
import { Bar, Figure } from "./figure.tsx";
import { bytes, count, duration, NOTHING, rate } from "../format.ts";
import { kernel, lookedKernel, lookedServer, me } from "../state.ts";

/** Bytes by user. */
export function People(): VNode {
  const second = kernel.value?.kind === "watching" ? lookedKernel.value : lookedServer.value;
  const people = second?.people ?? [];
  const hasUnread = second?.kernel?.unread !== undefined;
  const origin: Origin = second?.kernel === undefined ? "server" : "kernel";
  const most = Math.max(1, ...people.map(({ from, to }) => Math.max(from, to)));
  const all = people.reduce((sum, { from, to }) => sum + from + to, 0);
  return (
    <Figure
      name="Connections"
      origin={origin}
      value={second === undefined || people.length === 0 ? NOTHING : rate(all)}
      note={people.length === 0 ? "nothing is known of single connections" : noteOf(people)}
      size="wide"
    >
      {people.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label="Connections by user">
          <table>
            <thead>
              <tr>
                <th scope="col">User</th>
                <th scope="col" class="number">To them</th>
                <th scope="col" class="number">From them</th>
                <th scope="col" class="number">Calls</th>
                <th scope="col" class="number">Round trip</th>
                <th scope="col" class="number">Queue</th>
                {hasUnread && (
                  <th
                    scope="col"
                    class="number"
                    title="How long the oldest byte from them waits to be read"
                  >
                    Unread for
                  </th>
                )}
                <th scope="col" class="number" title="Since it is watched">To, in all</th>
                <th scope="col" class="number" title="Since it is watched">From, in all</th>
              </tr>
            </thead>
            <tbody>
              {people.map((one) => (
                <Person key={one.name ?? ""} one={one} most={most} hasUnread={hasUnread} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Figure>
  );
}

function noteOf(people: readonly PersonSecond[]): string {
  const slow = people.filter(({ slow }) => slow);
  if (slow.length === 0) return "by user";
  const named = slow.filter(({ name }) => name !== undefined).length;
  return `by user, ${count(named)} slow${named < slow.length ? " and more" : ""}`;
}

/** The word for whoever reads too slowly. */
export function Slow(): VNode {
  return (
    <span class="tag slow" title="More waits for them than they took in this second">slow</span>
  );
}

/** For whom bytes wait, and whether that is slow. */
export function Whom(
  { words, name, people }: {
    readonly words: string;
    readonly name: string;
    readonly people: readonly PersonSecond[];
  },
): VNode {
  return (
    <span class="whom">
      {words} <bdi>{name}</bdi> {people.some((one) => one.name === name && one.slow) && <Slow />}
    </span>
  );
}

function Person(
  { one, most, hasUnread }: {
    readonly one: PersonSecond;
    readonly most: number;
    readonly hasUnread: boolean;
  },
): VNode {
  const { name, unknown, slow, from, to, calls, rttUs, unsent, unreadNs, lag } = one;
  const queue = unsent === undefined && lag === undefined ? undefined : (unsent ?? 0) + (lag ?? 0);
  return (
    <tr>
      <th scope="row">
        {name === undefined ? "all others" : <bdi class={unknown ? "unknown" : ""}>{name}</bdi>}
        {name !== undefined && !unknown && foldText(name) === foldText(me.value) && " (you)"}{" "}
        {slow && name !== undefined && <Slow />}
      </th>
      <td class="number">
        <Bar part={to / most} />
        {rate(to)}
      </td>
      <td class="number">
        <Bar part={from / most} />
        {rate(from)}
      </td>
      <td class="number">{calls === undefined ? count(calls) : `${count(calls)}/s`}</td>
      <td class="number">{duration(rttUs === undefined ? undefined : rttUs * 1_000)}</td>
      <td class="number">{bytes(queue)}</td>
      {hasUnread && <td class="number">{duration(unreadNs)}</td>}
      <td class="number quiet-text">{bytes(one.toTotal)}</td>
      <td class="number quiet-text">{bytes(one.fromTotal)}</td>
    </tr>
  );
}
