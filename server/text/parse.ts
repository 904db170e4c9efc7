/**
 * What a text client means by a line: a message of the protocol, or something to answer on the spot.
 *
 * Pure. Text and frames meet here: behind this file the server does not know who speaks which.
 *
 * @module
 */

import type { ClientMessage } from "../wire/mod.ts";
import { LOBBY } from "../wire/mod.ts";
import { cleanLine } from "./clean.ts";
import { parseOrder } from "./parse_order.ts";
import { server } from "./server_line.ts";

/** What one line comes to. */
export type Meaning =
  | { readonly kind: "message"; readonly message: ClientMessage }
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "quit" }
  | { readonly kind: "nothing" };

const HELP = [
  "/list            who is online",
  "/w NAME TEXT     whisper to one person",
  "/edit TEXT       say what you said last in other words",
  "/delete          take back what you said last",
  "/rooms           which rooms there are",
  "/join ROOM       go to another room",
  "/topic TEXT      say what this room is about",
  "/leave           go back to the lobby",
  "/room            how this room is set",
  "/room HOW        set it: open, invite, announce, retain 30d, typing on",
  "/slow SECONDS    let each speak only so often; 0 lifts that",
  "/invite NAME     let somebody in here, also an account that is away",
  "/kick NAME WHY   put somebody out, who may enter again after a minute",
  "/mute NAME 10m WHY  let somebody speak no more, for so long or for ever",
  "/ban NAME 10m WHY   keep somebody out, for so long or for ever",
  "/unban NAME      lift a ban or a mute; so does /unmute",
  "/mod NAME        make somebody a moderator here; /unmod NAME ends it",
  "/op NAME         make an account an operator; /deop NAME ends it",
  "/audit           what moderators did here",
  "/report WHY      put what was said last here before the moderators",
  "/register PASSWORD  make your name yours",
  "/password OLD NEW   change its password",
  "/devices         which devices need no password",
  "/revoke DEVICE   log one of them out",
  "/quit            leave",
  "//text           say '/text'",
].map(server).join("");

/** The first line is the name. */
export function parseLogin(line: string): ClientMessage {
  return { type: "Login", username: line.trim() };
}

/** Any later line. @param username Who says it. */
export function parseLine(line: string, username: string = ""): Meaning {
  const text = cleanLine(line);
  if (text.trim() === "") return { kind: "nothing" };
  if (text.startsWith("//")) return say(text.slice(1));
  const command = withPassword(text) ?? text;
  if (!command.startsWith("/")) return say(text);
  const [, word = "", rest = ""] = command.match(/^\/(\S*)\s*(.*)$/s) ?? [];
  switch (word) {
    case "list":
      return message({ type: "ListUsers" });
    case "rooms":
      return message({ type: "ListRooms" });
    case "w":
      return whisper(rest);
    case "edit":
      return rest === "" ? usage("/edit TEXT") : message({ type: "Edit", content: rest });
    case "delete":
      return message({ type: "Delete" });
    case "join":
      return rest === "" ? usage("/join ROOM") : message({ type: "Join", room: roomOf(rest) });
    case "register":
      if (rest === "") return usage("/register PASSWORD");
      return message({ type: "Register", username, password: rest });
    case "password":
      return password(rest);
    case "devices":
      return message({ type: "Devices" });
    case "revoke":
      if (rest === "") return usage("/revoke DEVICE");
      return message({ type: "RevokeDevice", device: rest.trim() });
    case "topic":
      return message({ type: "Topic", topic: rest });
    case "leave":
      return message({ type: "Join", room: LOBBY });
    case "room":
    case "slow":
    case "invite":
    case "kick":
    case "mute":
    case "ban":
    case "unban":
    case "unmute":
    case "mod":
    case "unmod":
    case "op":
    case "deop":
    case "audit":
    case "report": {
      const meant = parseOrder(word, rest);
      return typeof meant === "string" ? usage(meant) : message(meant);
    }
    case "help":
      return { kind: "answer", text: HELP };
    case "quit":
      return { kind: "quit" };
    default:
      return { kind: "answer", text: server(`Unknown command '/${word}'. Try /help.`) };
  }
}

/** A command behind which a password stands, however it is typed: it must not be said for a space before it. */
function withPassword(text: string): string | undefined {
  const [, word, rest = ""] = /^\s*\/(register|password)(?=\s|$)(.*)$/is.exec(text) ?? [];
  return word === undefined ? undefined : `/${word.toLowerCase()}${rest}`;
}

function whisper(rest: string): Meaning {
  // By hand: a pattern that looks for something to say behind the spaces looks from each of them anew.
  const gap = rest.search(/\s/);
  const content = gap < 0 ? "" : rest.slice(gap).trimStart();
  if (content === "") return usage("/w NAME TEXT");
  return message({ type: "Whisper", to: rest.slice(0, gap), content });
}

/** The old password ends at the first space: whoever has one with spaces uses another client. */
function password(rest: string): Meaning {
  const gap = rest.search(/\s/);
  if (gap < 0) return usage("/password OLD NEW");
  return message({ type: "Password", old: rest.slice(0, gap), password: rest.slice(gap + 1) });
}

/** People write rooms with a `#`; the protocol does not. */
function roomOf(text: string): string {
  return text.trim().replace(/^#/, "");
}

function say(content: string): Meaning {
  return message({ type: "Broadcast", content });
}

function message(message: ClientMessage): Meaning {
  return { kind: "message", message };
}

function usage(form: string): Meaning {
  return { kind: "answer", text: server(`Usage: ${form}`) };
}
