/**
 * What the model makes of files: the commands about them, what is told of them, and paths that Tab completes.
 *
 * The transfers themselves live outside; the model has their list as it was told last.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";
import type { News, TransferView } from "../../server/wire/transfers/mod.ts";
import { newsText, rowText } from "../files/transfer_text.ts";
import type { FileWish } from "./commands.ts";
import type { Direction } from "./complete.ts";
import { beforeCursor } from "./editor.ts";
import { ENDED_SHOWN, UNHEARD_MAX } from "./limits.ts";
import { type Effect, type Model, only, type Step, told } from "./model.ts";
import { graphemes } from "./width.ts";

/** The transfers as they are told to the model. */
export interface Files {
  readonly list: readonly TransferView[];
  /** When that was, in milliseconds on the clock of their progress. */
  readonly at: number;
}

/** Nothing moves. */
export const NO_FILES: Files = { list: [], at: 0 };

/** The model after a wish about files. */
export function onFileWish(model: Model, wish: FileWish): Step {
  switch (wish.kind) {
    case "send":
      return { model, effects: [{ kind: "sendFile", to: wish.to, path: wish.path }] };
    case "transfers":
      return only(told(model, rows(model)));
    case "accept":
    case "decline": {
      const n = wish.n ?? newestOffer(model);
      if (n === undefined) return only(told(model, "Nobody offers a file.", { tone: "error" }));
      return heard(model, n, [{ kind: "fileAnswer", answer: wish.kind, n }]);
    }
    case "cancel":
      return { model, effects: [{ kind: "fileAnswer", answer: "cancel", n: wish.n }] };
    default:
      return wish satisfies never;
  }
}

/** The model after news of a transfer. */
export function onNews(model: Model, news: News): Step {
  const { transfer } = news;
  const ignored = transfer.way === "in" && model.ignored.has(foldText(transfer.peer));
  if (ignored && news.kind === "offered") {
    const unheard = new Set([...model.unheard, transfer.n].slice(-UNHEARD_MAX));
    return only({ ...model, unheard });
  }
  if (model.unheard.has(transfer.n)) return only(model);
  const bad = news.kind === "stopped" || (news.kind === "ended" && news.end.kind === "failed");
  const said = told(model, `${newsText(news)}${answers(news)}`, { tone: bad ? "error" : "info" });
  const rings = model.bell !== "off" && (news.kind === "offered" || isArrival(news) || bad);
  return { model: said, effects: rings ? [{ kind: "ring" }] : [] };
}

/** A Tab behind `/send WHO `: what the path can become is asked outside. */
export function pathAsked(model: Model, direction: Direction): Effect | undefined {
  if (model.mode.kind !== "edit" || model.mode.cycle !== undefined) return undefined;
  const typed = pathBefore(beforeCursor(model.edit));
  return typed === undefined ? undefined : { kind: "paths", typed, direction };
}

/** Puts the path in that was found, if nothing else was typed meanwhile. */
export function onPaths(
  model: Model,
  typed: string,
  { paths, direction }: { readonly paths: readonly string[]; readonly direction: Direction },
): Model {
  const before = beforeCursor(model.edit);
  if (model.mode.kind !== "edit" || pathBefore(before) !== typed || paths.length === 0) {
    return model;
  }
  const start = graphemes(before.slice(0, before.length - typed.length)).length;
  const options = [typed, ...paths];
  const index = direction === 1 ? 1 : options.length - 1;
  const word = graphemes(options[index] ?? typed);
  const rest = model.edit.text.slice(model.edit.at);
  const text = [...model.edit.text.slice(0, start), ...word, ...rest];
  const edit = { ...model.edit, text, at: start + word.length };
  // Of a single one the next Tab goes on inside.
  const cycle = paths.length === 1 ? undefined : { start, options, index };
  return { ...model, edit, mode: { kind: "edit", cycle } };
}

/** The path that is being typed, if one is. */
function pathBefore(before: string): string | undefined {
  return /^\/send\s+\S+\s+(?<path>[^\n]*)$/u.exec(before)?.groups?.["path"];
}

/** What is told of that transfer is told from now on. */
function heard(model: Model, n: number, effects: readonly Effect[] = []): Step {
  if (!model.unheard.has(n)) return { model, effects };
  return {
    model: { ...model, unheard: new Set([...model.unheard].filter((one) => one !== n)) },
    effects,
  };
}

function newestOffer({ files, unheard }: Model): number | undefined {
  return files.list.findLast(({ n, phase }) => phase === "offered" && !unheard.has(n))?.n;
}

function answers(news: News): string {
  const { n } = news.transfer;
  switch (news.kind) {
    case "offered":
      return `: /accept ${n} or /decline ${n}`;
    case "stopped":
      return ` /accept ${n} goes on.`;
    default:
      return "";
  }
}

function isArrival(news: News): boolean {
  return news.kind === "ended" && (news.end.kind === "done" || news.end.kind === "have");
}

function rows({ files, unheard }: Model): string[] {
  const list = files.list.filter(({ n }) => !unheard.has(n));
  const open = list.filter(({ phase }) => phase !== "ended");
  const over = list.filter(({ phase }) => phase === "ended").slice(-ENDED_SHOWN);
  const shown = [...over, ...open].sort((one, other) => one.n - other.n);
  return shown.length === 0
    ? ["No files come or go. /send NAME FILE offers one."]
    : shown.map((transfer) => rowText(transfer, files.at));
}
