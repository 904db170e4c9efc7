/**
 * What a text client sees of each message: lines, exactly as the contract words them.
 *
 * Pure. A message for which text has no words gives `undefined`. Content of several lines becomes
 * several lines with the same beginning, so that nobody can forge a line of somebody else.
 *
 * @module
 */

import type { ServerMessage } from "../wire/mod.ts";
import { clean, cleanLine } from "./clean.ts";

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
      return lines(`${message.from}: `, message.content);
    case "PrivateMessage":
      return lines(`[Private from ${message.from}] `, message.content);
    case "PrivateSent":
      return lines(`[Private to ${message.to}] `, message.content);
    case "UserJoined":
      return server(`${message.username} has joined.`);
    case "UserLeft":
      return server(`${message.username} has left.`);
    case "Topic":
      return server(
        message.topic === ""
          ? `${message.by} took the topic away.`
          : `${message.by} set the topic: ${message.topic}`,
      );
    case "Presence":
      return server(`People come and go: ${message.users} are here now.`);
    case "UserList":
      return server(`Users online: ${message.users.join(", ")}`);
    case "RoomList":
      return server(
        `Rooms: ${message.rooms.map((room) => `${room.name} (${room.users})`).join(", ")}`,
      );
    case "Error":
      return server(message.msg);
    case "Ack":
      return undefined;
    default:
      return undefined;
  }
}

/** A line in which the server speaks. */
export function server(text: string): string {
  return `[Server] ${cleanLine(text)}\n`;
}

function lines(start: string, content: string): string {
  return clean(content).split("\n").map((line) => `${start}${line}\n`).join("");
}
