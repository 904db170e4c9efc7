/**
 * What is said where: messages, deliveries, bytes and calls by room.
 *
 * Each column is marked with its origin, because one row has several: bytes are counted by the server, the calls that
 * go with them are shared out.
 *
 * @module
 */

import type { VNode } from "preact";
import type { RoomSecond } from "../../page_messages.ts";
import { Bar, Figure, Sign } from "./figure.tsx";
import { bytes, count, NOTHING, rate } from "../format.ts";
import { lookedServer } from "../state.ts";

/** Bytes by room. */
export function Rooms(): VNode | null {
  const rooms = lookedServer.value?.rooms ?? [];
  if (rooms.length === 0) return null;
  const origin = rooms.every((room) => room.origin === "server") ? "server" : "estimate";
  const counted = origin === "server";
  const hasCalls = rooms.some(({ calls }) => calls !== undefined);
  const known = rooms.flatMap(({ bytes }) => bytes ?? []);
  const most = Math.max(1, ...known);
  const all = known.length === 0 ? undefined : known.reduce((sum, bytes) => sum + bytes, 0);
  return (
    <Figure
      name="Rooms"
      origin={origin}
      value={rate(all)}
      note={noteOf(counted, hasCalls)}
      size="wide"
    >
      <div class="scroll" tabIndex={0} role="group" aria-label="Rooms">
        <table>
          <thead>
            <tr>
              <th scope="col">Room</th>
              <th scope="col" class="number">
                <Sign origin={origin} /> Messages
              </th>
              {counted && (
                <th scope="col" class="number">
                  <Sign origin={origin} /> Delivered
                </th>
              )}
              <th scope="col" class="number">
                <Sign origin={origin} /> Bytes
              </th>
              {hasCalls && (
                <th scope="col" class="number">
                  <Sign origin="estimate" /> Calls
                </th>
              )}
              {counted && (
                <th scope="col" class="number">
                  <Sign origin={origin} /> Bytes, in all
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rooms.map((room) => (
              <tr key={`${room.kind} ${room.name ?? ""}`}>
                <th scope="row">
                  <Name room={room} />
                </th>
                <td class="number">{each(room.messages)}</td>
                {counted && <td class="number">{each(room.delivered)}</td>}
                <td class="number">
                  <Bar part={(room.bytes ?? 0) / most} origin={origin} />
                  {rate(room.bytes)}
                </td>
                {hasCalls && <td class="number">≈ {count(room.calls)}/s</td>}
                {counted && <td class="number quiet-text">{bytes(room.bytesTotal)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Figure>
  );
}

/** So many each second. */
function each(value: number | undefined): string {
  return value === undefined ? NOTHING : `${count(value)}/s`;
}

function noteOf(counted: boolean, hasCalls: boolean): string {
  if (!counted) return "concluded from what is heard here; nothing is known of other rooms";
  return `delivered to members${hasCalls ? "; calls shared out by bytes" : ""}`;
}

function Name({ room: { kind, name } }: { readonly room: RoomSecond }): VNode {
  if (kind === "whispers") return <>whispers</>;
  if (kind === "others") return <>all other rooms</>;
  return (
    <>
      #<bdi>{name}</bdi>
    </>
  );
}
