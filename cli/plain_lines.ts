/**
 * What the client without a screen prints of each event: lines like those of a text client, and a line for each gap.
 *
 * The messages of a room count up by one. Where some are passed over, that is said in their place, whether the server
 * told it (`Lost`) or not. Whispers are not counted: others may have whispered under the same names meanwhile. Whatever
 * the server says is made safe for the terminal.
 *
 * @module
 */

import {
  type ClientEvent,
  foldText,
  type NewMessage,
  type PrivateMessage,
  RESUME_ROOMS_MAX,
  rowsOf,
  type Welcome,
  withoutMarks,
} from "../server/wire/mod.ts";
import {
  ERASED_NAME,
  hookName,
  orderText,
  orderToYou,
  reportLines,
  settingText,
  shownName,
  waitsText,
} from "../talk/mod.ts";
import { safeText } from "./tty/safe.ts";

/** The lines of a conversation, event by event. */
export class PlainLines {
  /** Folded room → the last seq of it that was shown, or is known to come no more. */
  readonly #seen = new Map<string, number>();
  #epoch: string | undefined;

  /** The lines of an event; none for one's own words and for answers. */
  of(event: ClientEvent, own: string): string {
    switch (event.type) {
      case "Welcome":
        return this.#begin(event);
      case "NewMessage": {
        const gap = this.#gapBefore(event);
        if (event.from === own) return gap;
        if (event.deleted === true) {
          return gap + notice(`What ${shownName(event.from, false)} said was deleted.`);
        }
        const from = event.hook === true ? hookName(event.from) : event.from;
        return gap + said(`${from}: `, event.content);
      }
      case "PrivateMessage":
        if (event.deleted === true) return notice(`${event.from} deleted a whisper to you.`);
        return said(`[Private from ${event.from}] `, event.content);
      case "MessageEdited":
        if (event.by === own) return "";
        return event.room === undefined
          ? said(`[Private from ${event.by}] (edited) `, event.content)
          : said(`[Server] ${event.by} edited a message: `, event.content);
      case "MessageDeleted":
        // Of somebody who is erased that may be thousands, and nobody has said anything.
        if (event.by === own || event.by === ERASED_NAME) return "";
        return notice(
          `${event.by} deleted ${event.room === undefined ? "a whisper to you" : "a message"}.`,
        );
      case "RoomChanged":
        return notice(settingText(event));
      case "Order": {
        const you = event.user !== undefined && foldText(event.user) === foldText(own);
        return notice(you ? orderToYou(event) : orderText(event));
      }
      case "Reported":
        return reportLines(event).map(notice).join("");
      case "UserJoined":
        return notice(`${event.username} has joined.`);
      case "UserLeft":
        return notice(`${event.username} has left.`);
      case "Lost":
        this.#pass(event.room, event.to);
        return notice(
          `${messages(event.from, event.to)} of ${event.room} cannot be read any more.`,
        );
      case "PrivateSent":
        return event.waits === true ? notice(waitsText(event.to)) : "";
      case "Topic":
        return notice(
          event.topic === ""
            ? `${event.by} took the topic away.`
            : `${event.by} set the topic: ${event.topic}`,
        );
      case "Error":
      case "Notice":
      case "Renamed":
        return notice(event.msg);
      default:
        return "";
    }
  }

  /** Something that waited: a sentence, and the whispers that it is about. */
  waited(sentence: string, whispers: readonly PrivateMessage[], own: string): string {
    return notice(sentence) + whispers.map((whisper) => this.of(whisper, own)).join("");
  }

  /** What was seen counts on after a break, unless the server has begun to count anew. */
  #begin({ epoch, heads = {} }: Welcome): string {
    const anew = this.#epoch !== undefined && epoch !== this.#epoch;
    if (anew) this.#seen.clear();
    this.#epoch = epoch;
    for (const [room, head] of Object.entries(heads)) {
      const seen = this.#seen.get(foldText(room));
      if (seen === undefined || head < seen) this.#remember(foldText(room), head);
    }
    return anew ? notice("The server began anew: it does not know what stands above.") : "";
  }

  #gapBefore({ room, seq }: NewMessage): string {
    const seen = this.#seen.get(foldText(room)) ?? seq - 1;
    this.#pass(room, seq);
    if (seq <= seen + 1) return "";
    return notice(`${messages(seen + 1, seq - 1)} of ${room} did not come.`);
  }

  #pass(room: string, seq: number): void {
    const key = foldText(room);
    this.#remember(key, Math.max(seq, this.#seen.get(key) ?? 0));
  }

  /** Of rooms without end those are forgotten that were heard of the longest ago. */
  #remember(key: string, seq: number): void {
    this.#seen.delete(key);
    this.#seen.set(key, seq);
    if (this.#seen.size <= RESUME_ROOMS_MAX) return;
    for (const oldest of this.#seen.keys().take(1)) this.#seen.delete(oldest);
  }
}

function messages(from: number, to: number): string {
  return from === to ? `Message ${from}` : `Messages ${from} to ${to}`;
}

function said(start: string, content: string): string {
  const words = withoutMarks(content).split("\n").map(safeText).join("\n");
  return rowsOf(safeText(start), words).map((row) => `${row}\n`).join("");
}

function notice(text: string): string {
  return rowsOf("[Server] ", safeText(withoutMarks(text))).map((row) => `${row}\n`).join("");
}
