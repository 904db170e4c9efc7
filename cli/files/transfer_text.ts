/**
 * Transfers in words: what is told of them, and the list of all. Safe to print.
 *
 * @module
 */

import prettyBytes from "pretty-bytes";
import {
  doneOf,
  type End,
  type News,
  percent,
  rateOf,
  type TransferView,
} from "../../server/wire/transfers/mod.ts";
import { safeText } from "../tty/safe.ts";
import { nameText } from "./name_text.ts";
import { clockText, progressLine, resumingLine } from "./progress.ts";

/** A size as people read it. */
export function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? "size not known yet" : prettyBytes(bytes);
}

/** What is told of a piece of news, without saying how to answer. */
export function newsText(news: News): string {
  const { transfer } = news;
  const [name, peer] = [nameText(transfer.name), safeText(transfer.peer)];
  switch (news.kind) {
    case "offered":
      return `${peer} offers ${name} (${sizeText(transfer.size)})`;
    case "accepted":
      return `${safeText(news.by)} takes ${name}`;
    case "resuming":
      return resumingLine(transfer.name, news.offset, transfer.size ?? 0);
    case "away":
      return `${name}: ${safeText(news.why)} It goes on when both sides are back.`;
    case "stopped":
      return `${name}: ${safeText(news.reason)} What has arrived is kept.`;
    case "ended":
      return endText(transfer, news.end);
    default:
      return news satisfies never;
  }
}

/** How a transfer ended. */
export function endText(transfer: TransferView, end: End): string {
  const [name, peer] = [nameText(transfer.name), safeText(transfer.peer)];
  const comes = transfer.way === "in";
  switch (end.kind) {
    case "done":
      return comes
        ? `${name} from ${peer} is there: ${safeText(end.path ?? "")}`
        : `${safeText(end.text ?? peer)} has ${name}, whole and compared`;
    case "have":
      return comes
        ? `${name} is already there: ${safeText(end.path ?? "")}`
        : `${peer} has ${name} already: nothing was sent`;
    case "declined":
      return comes ? `You declined ${name}` : declinedText(name, peer, end.reason);
    case "cancelled":
      return comes ? `You stopped ${name}; what has arrived is kept` : `You stopped ${name}`;
    case "split":
      return `${name}: those who were cut off get the rest when they are back`;
    case "failed":
      return `${name} ${comes ? "from" : "to"} ${peer}: ${safeText(end.reason)}`;
    default:
      return end satisfies never;
  }
}

/** What is told of partial files that were taken away because nobody went on with them. */
export function oldPartsText(names: readonly string[]): string {
  const [first = ""] = names;
  const what = names.length === 1 ? nameText(first) : `${names.length} files`;
  return `What had come of ${what} was removed: nobody went on with it for 30 days.`;
}

/** Why somebody does not get a file, as far as its client said so. */
function declinedText(name: string, peer: string, reason: string | undefined): string {
  switch (reason) {
    case "no_space":
      return `${peer} has not enough space for ${name}`;
    case "too_large":
      return `${name} is larger than ${peer}'s client takes`;
    case "busy":
      return `${peer} is offered too many files at once: try again later`;
    case "unable":
      return `${peer}'s client cannot take ${name} now`;
    default:
      return `${peer} declined ${name}`;
  }
}

/** A transfer in a list. @param now In milliseconds, on the clock of its progress. */
export function rowText(transfer: TransferView, now: number): string {
  const { n, way, peer, name, size, phase, progress, end } = transfer;
  const arrow = way === "in" ? "←" : "→";
  const head = `${n} ${arrow} ${safeText(peer)}  `;
  if (end !== undefined) return head + endText(transfer, end);
  const moved = phase === "moving" && progress !== undefined;
  if (moved) return head + progressLine(name, progress, now);
  const { done = 0 } = progress?.samples.at(-1) ?? {};
  const part = done > 0 && size !== undefined ? ` at ${percent(done, size)} %` : "";
  return `${head}${nameText(name)} (${sizeText(size)})  ${WORDS[phase]}${part}`;
}

/**
 * Several transfers in a few words: percent, rate, and the time until the last one is done; `undefined` when none is
 * under way. @param short Percent only.
 */
export function sumText(
  transfers: readonly TransferView[],
  now: number,
  short: boolean,
): string | undefined {
  const moving = transfers.flatMap(({ name, size = 0, progress }) =>
    progress === undefined ? [] : [{ name, size, progress }]
  );
  const [first] = moving;
  if (first === undefined) return undefined;
  const size = moving.reduce((sum, one) => sum + one.size, 0);
  const done = moving.reduce((sum, { progress }) => sum + doneOf(progress), 0);
  const part = `${percent(done, size)} %`;
  if (short) return part;
  const rate = moving.reduce((sum, { progress }) => sum + rateOf(progress, now), 0);
  const left = rate > 0 ? ` ${clockText(Math.ceil((size - done) / rate))}` : "";
  const count = moving.length === 1 ? "" : `${moving.length} files `;
  return `${count}${part} ${prettyBytes(Math.round(rate))}/s${left}`;
}

const WORDS: Readonly<Record<TransferView["phase"], string>> = {
  offered: "is offered",
  queued: "waits for others",
  reading: "is being read",
  asking: "waits for an answer",
  moving: "moves",
  sent: "waits for the word that it is on the disk",
  away: "waits until both sides are back",
  ended: "is over",
};
