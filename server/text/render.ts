/**
 * What a text client sees of each message: lines, exactly as the contract words them.
 *
 * Pure. A message for which text has no words gives `undefined`. Content of several lines becomes
 * several lines with the same beginning, so that nobody can forge a line of somebody else; what people chose (words,
 * topics, names of files) holds no mark of the server's own lines (`wire/marks.ts`), and no row that a terminal makes of a
 * long line looks like another line (`wire/rows.ts`).
 *
 * @module
 */

import {
  type DeviceEntry,
  type FileOffered,
  inQuotes,
  rowsOf,
  type ServerMessage,
  withoutMarks,
} from "../wire/mod.ts";
import { clean, cleanLine } from "./clean.ts";
import {
  auditLines,
  orderText,
  reportLines,
  roomLines,
  rows,
  settingsText,
} from "./render_order.ts";
import { server } from "./server_line.ts";

const encoder = new TextEncoder();

/** A message as the bytes of its lines. */
export function encodeLine(message: ServerMessage): Uint8Array | undefined {
  const text = render(message);
  return text === undefined ? undefined : encoder.encode(text);
}

/** A message as lines, each with its line feed. */
export function render(message: ServerMessage): string | undefined {
  switch (message.type) {
    case "NewMessage":
      return lines(`${message.hook === true ? "[Hook] " : ""}${message.from}: `, message.content);
    case "PrivateMessage":
      return lines(`[Private from ${message.from}] `, message.content);
    case "PrivateSent":
      return lines(
        `[Private to ${message.to}${message.waits ? ", who is away" : ""}] `,
        message.content,
      );
    case "UserJoined":
      return server(`${message.username} has joined.`);
    case "UserLeft":
      return server(`${message.username} has left.`);
    case "Topic":
      return message.topic === ""
        ? server(`${message.by} took the topic away.`)
        : lines(`[Server] ${message.by} set the topic: `, message.topic.replaceAll("\n", " "));
    case "Lost": {
      const { room, from, to } = message;
      const which = from === to ? `Message ${from}` : `Messages ${from} to ${to}`;
      return server(`${which} of ${room} cannot be read any more.`);
    }
    case "Order":
      return rows([orderText(message)]);
    case "RoomChanged":
      return server(`${message.by} has set ${message.room}: ${settingsText(message)}.`);
    case "Room":
      return roomLines(message);
    case "Reported":
      return reportLines(message);
    case "AuditPage":
      return auditLines(message);
    case "Presence":
      return server(`People come and go: ${message.users} are here now.`);
    case "UserList":
      return server(`Users online: ${message.users.join(", ")}${andMore(message)}`);
    case "RoomList":
      return server(
        `Rooms: ${message.rooms.map((room) => `${room.name} (${room.users})`).join(", ")}` +
          andMore(message),
      );
    case "FileOffer":
      return rowsOf("[Server] ", cleanLine(fileOffer(message))).map((row) => `${row}\n`).join("");
    case "Error":
    case "Notice":
    case "Renamed":
      return server(message.msg);
    case "DeviceList":
      if (message.devices.length === 0) return server("No device is logged in without a password.");
      return message.devices.map(deviceLine).join("");
    case "Ack":
      return undefined;
    default:
      return undefined;
  }
}

/** A device, by whose id it can be revoked. */
function deviceLine({ id, name, lastSeen }: DeviceEntry): string {
  const day = new Date(lastSeen).toISOString().slice(0, 16).replace("T", " ");
  return server(`Device ${id}: ${inQuotes(withoutMarks(name))}, seen ${day} UTC`);
}

/** A line holds the first page of a list. */
function andMore({ more = false }: { readonly more?: boolean }): string {
  return more ? " and more" : "";
}

/** Lines carry no files, so it says what does. */
function fileOffer({ from, filename, size, room }: FileOffered): string {
  const whom = room === undefined ? "you" : `the room ${room}`;
  return `${from} offers ${whom} ${inQuotes(withoutMarks(filename))} (${
    sizeOf(size)
  }). This client cannot take files. ` +
    "Leave, run 'chat receive', and ask for it again.";
}

/** A size as people say it: `999 bytes`, `1.2 MB`. */
function sizeOf(bytes: number): string {
  if (bytes === 1) return "1 byte";
  if (bytes < 1_000) return `${bytes} bytes`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let value = bytes / 1_000;
  let unit = 0;
  // 999.95 would be shown as 1000.0.
  for (; value >= 999.95 && unit < units.length - 1; unit++) value /= 1_000;
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** What somebody said, behind what each line of it begins with. */
export function lines(start: string, content: string): string {
  return rowsOf(start, withoutMarks(clean(content))).map((row) => `${row}\n`).join("");
}
