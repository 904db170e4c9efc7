/**
 * Who causes it: bytes, calls, round trip and queue by user, and the same by room.
 *
 * @module
 */

import type { VNode } from "preact";
import type { Origin, PersonSecond } from "../page_messages.ts";
import { Figure } from "./figure.tsx";
import { bytes, count, duration, NOTHING, rate } from "./format.ts";
import { looked, me } from "./state.ts";
import { folded } from "./view.ts";

/** Bytes by user. */
export function People(): VNode {
  const second = looked.value;
  const people = second?.people ?? [];
  const origin: Origin = second?.kernel === undefined ? "server" : "kernel";
  const most = Math.max(1, ...people.map(({ from, to }) => Math.max(from, to)));
  const all = people.reduce((sum, { from, to }) => sum + from + to, 0);
  return (
    <Figure
      name="Connections"
      origin={origin}
      value={second === undefined || people.length === 0 ? NOTHING : rate(all)}
      note={people.length === 0 ? "nothing is known of single connections" : "by user"}
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
                <th scope="col" class="number">To, in all</th>
                <th scope="col" class="number">From, in all</th>
              </tr>
            </thead>
            <tbody>
              {people.map((one) => <Person key={one.name ?? ""} one={one} most={most} />)}
            </tbody>
          </table>
        </div>
      )}
    </Figure>
  );
}

function Person({ one, most }: { readonly one: PersonSecond; readonly most: number }): VNode {
  const { name, unknown, from, to, calls, rttUs, unsent, lag } = one;
  const queue = unsent === undefined && lag === undefined ? undefined : (unsent ?? 0) + (lag ?? 0);
  return (
    <tr>
      <th scope="row">
        {name === undefined ? "all others" : <bdi class={unknown ? "unknown" : ""}>{name}</bdi>}
        {name !== undefined && !unknown && folded(name) === folded(me.value) && " (you)"}
      </th>
      <td class="number">
        <Bar part={to / most} />
        {rate(to)}
      </td>
      <td class="number">
        <Bar part={from / most} />
        {rate(from)}
      </td>
      <td class="number">{count(calls)}</td>
      <td class="number">{duration(rttUs === undefined ? undefined : rttUs * 1_000)}</td>
      <td class="number">{queue === undefined || queue === 0 ? "0 B" : bytes(queue)}</td>
      <td class="number quiet-text">{bytes(one.toTotal)}</td>
      <td class="number quiet-text">{bytes(one.fromTotal)}</td>
    </tr>
  );
}

/** A bar behind a number; the number says the same. */
function Bar({ part }: { readonly part: number }): VNode {
  return <span class="bar" aria-hidden="true" style={{ width: `${Math.round(part * 100)}%` }} />;
}

/** Bytes by room. */
export function Rooms(): VNode | null {
  const rooms = looked.value?.rooms ?? [];
  if (rooms.length === 0) return null;
  const most = Math.max(1, ...rooms.map(({ bytes }) => bytes));
  return (
    <Figure
      name="Rooms"
      origin="estimate"
      value={count(rooms.length)}
      note="bytes and calls shared out by what was delivered"
      size="wide"
    >
      <div class="scroll" tabIndex={0} role="group" aria-label="Rooms">
        <table>
          <thead>
            <tr>
              <th scope="col">Room</th>
              <th scope="col" class="number">Messages</th>
              <th scope="col" class="number">Bytes</th>
              <th scope="col" class="number">Calls</th>
            </tr>
          </thead>
          <tbody>
            {rooms.map((room) => (
              <tr key={room.name}>
                <th scope="row">
                  #<bdi>{room.name}</bdi>
                </th>
                <td class="number">{count(room.messages)}/s</td>
                <td class="number">
                  <Bar part={room.bytes / most} />
                  {rate(room.bytes)}
                </td>
                <td class="number">{count(room.calls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Figure>
  );
}
