/**
 * A view: one room or one conversation of whispers as its reader has it. No browser in here.
 *
 * ```text
 *   lines    settled, in the order of their seq; bounded, the oldest go
 *   pending  mine, not yet acknowledged, or refused
 * ```
 *
 * Lines have positions that never change: `first` is the position of `lines[0]`, older ones that are loaded later
 * get smaller positions. While the newest page of history is asked for, what arrives waits; so there is never
 * a hole between history and what is new.
 *
 * @module
 */

import { boundedText } from "../../../../ground/mod.ts";
import { foldText } from "../../../../server/wire/names/mod.ts";
import { NOTHING_NEW, type Reading } from "../../../../talk/mod.ts";
import type { ChatChange, ChatLine, Rank } from "../../page_messages.ts";
import { Crowd } from "./crowd.ts";
import { quotingLine, reworked, type Said, said } from "./said.ts";

/** Lines kept while the reader is at the end, and while they look back. */
export const LINES_MAX = 2_000;
export const LINES_BACK_MAX = 10_000;
/** One line. */
export type Line =
  | Said
  | {
    readonly kind: "notice";
    readonly at: number;
    readonly tone: "info" | "error" | "presence";
    readonly text: string;
  }
  /** A file, by its number: how it stands changes. */
  | { readonly kind: "file"; readonly at: number; readonly n: number; readonly from: string };

/** Something that is being said. */
export interface Pending {
  readonly id: string;
  readonly content: string;
  readonly at: number;
  readonly refusal?: string;
  readonly seq?: number;
  /** The number of the message to which it is a reply. */
  readonly reply?: number;
}

/** Changes that are kept while history is asked for: more than a server passes on in that time. */
const LATE_MAX = 2_000;

/** Whether its reader wants to read a line. What they do not is known all the same: there is no hole. */
type IsRead = (line: ChatLine) => boolean;

/** The key of a view. No room's name contains `@`. */
export function viewKey(kind: "room" | "private", name: string): string {
  return kind === "room" ? foldText(name) : `@${foldText(name)}`;
}

/** One room or conversation. */
export class View {
  readonly key: string;
  readonly kind: "room" | "private";
  name: string;
  lines: Line[] = [];
  first = 0;
  pending: Pending[] = [];
  oldestSeq: number | undefined;
  newestSeq: number | undefined;
  /** Whether the server has older messages; `unasked` also after a break: the newest are to be asked for. */
  older: "unasked" | "asked" | "more" | "none" = "unasked";
  unread = 0;
  mentions = 0;
  /** How far its reader has read. */
  reading: Reading = NOTHING_NEW;
  /** Position of the first line that is new to them. */
  newFrom: number | undefined;
  readonly crowd: Crowd = new Crowd();
  count: number | undefined;
  topic = "";
  /** What its reader is in this room, and who keeps order there, as far as it was asked. */
  standing: { readonly rank: Rank; readonly moderators: readonly string[] } | undefined;
  draft = "";
  /** The newest message when its reader began to write here: what comes behind it they may not have seen. */
  #begunAt: number | undefined;
  /** Lines that wait for the newest page of history; `undefined` when none is asked for. */
  #waiting: ChatLine[] | undefined;
  /** Files that wait for it as well. */
  #files: Extract<Line, { kind: "file" }>[] = [];
  /** What happened to messages while history is asked for: it may hold them as they were before. */
  #late: ChatChange[] = [];
  /** Lines before this position are of a history that is over. */
  #anewAt = -Infinity;

  constructor(kind: "room" | "private", name: string) {
    this.key = viewKey(kind, name);
    this.kind = kind;
    this.name = name;
  }

  /** Who is here: folded name → name. */
  get people(): ReadonlyMap<string, string> {
    return this.crowd.people;
  }

  /** The position behind the last line. */
  get end(): number {
    return this.first + this.lines.length;
  }

  /** The newest page is asked for: until it is there, what arrives waits. */
  loading(): void {
    this.older = "asked";
    this.#waiting ??= [];
  }

  /**
   * The newest page is there. Where it does not reach what was there before, that goes.
   *
   * @returns The lines that arrived while it was asked for: they are news, the others history.
   */
  loaded(
    page: readonly ChatLine[],
    more: boolean,
    me: string,
    isRead: IsRead = () => true,
  ): Said[] {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    const oldest = page[0]?.seq;
    const joins = this.newestSeq === undefined || oldest === undefined ||
      oldest <= this.newestSeq + 1;
    if (!joins) {
      // The server does not know of files in its history: only this page does.
      this.#files.unshift(...this.lines.filter((line) => line.kind === "file"));
      this.forget();
    }
    const fresh = this.oldestSeq === undefined;
    const news = new Set(waiting.map(({ seq }) => seq));
    const shown = [...page, ...waiting].flatMap((line) => this.arrived(line, me, isRead) ?? []);
    this.#placeFiles();
    this.#catchUp();
    this.remark();
    if (fresh) this.older = more ? "more" : "none";
    else if (this.older === "asked") this.older = "more";
    return shown.filter(({ seq }) => news.has(seq)).flatMap(({ seq }) => this.#said(seq) ?? []);
  }

  /** The newest page cannot be had now. @returns The lines that arrived meanwhile. */
  unloaded(me: string, isRead: IsRead = () => true): Said[] {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.older = "unasked";
    const shown = waiting.flatMap((line) => this.arrived(line, me, isRead) ?? []);
    this.#placeFiles();
    this.#catchUp();
    return shown.flatMap(({ seq }) => this.#said(seq) ?? []);
  }

  /** Older lines are there. */
  prepended(
    page: readonly ChatLine[],
    more: boolean,
    me: string,
    isRead: IsRead = () => true,
  ): void {
    const oldest = this.oldestSeq ?? Infinity;
    const older = page.filter(({ seq }) => seq < oldest);
    this.older = more && older.length > 0 ? "more" : "none";
    const shown = older.filter(isRead);
    this.lines = [...shown.map((line) => said(line, me)), ...this.lines];
    this.first -= shown.length;
    this.oldestSeq = older[0]?.seq ?? this.oldestSeq;
    this.remark();
    this.lines = this.lines.map((line) => line.kind === "said" ? this.#quoting(line) : line);
    this.#catchUp();
  }

  /** Something happens to a message that stands here, or in a page that is asked for. */
  changed(change: ChatChange): void {
    if (this.#waiting !== undefined || this.older === "asked") {
      this.#late = [...this.#late, change].slice(-LATE_MAX);
    }
    this.#apply(change);
  }

  /** What its reader said that still stands here, the oldest first. */
  get own(): readonly Said[] {
    const after = this.#anewAt - this.first;
    return this.lines.filter((line, index): line is Said =>
      index >= after && line.kind === "said" && line.mine && line.change !== "deleted"
    );
  }

  /** The newest message that is as wanted and was not deleted. */
  newest(wanted: (line: Said) => boolean): Said | undefined {
    return this.newestSaid((line) => line.change !== "deleted" && wanted(line));
  }

  /** The newest message that is as wanted, also one that was deleted. */
  newestSaid(wanted: (line: Said) => boolean): Said | undefined {
    const after = this.#anewAt - this.first;
    const found = this.lines.findLast((line, index) =>
      index >= after && line.kind === "said" && wanted(line)
    );
    return found?.kind === "said" ? found : undefined;
  }

  /** Up to which message a line means what others said that is sent now. */
  get meansUpTo(): number {
    return this.#begunAt ?? Infinity;
  }

  /** This is in its reader's line; empty, nothing is being written. */
  writing(text: string): void {
    this.#begunAt = text === "" ? undefined : this.#begunAt ?? this.newestSeq ?? Infinity;
  }

  /** A line arrives. @returns It, or `undefined` when it is known already, waits, or is not to be read. */
  arrived(line: ChatLine, me: string, isRead: IsRead = () => true): Said | undefined {
    this.pending = this.pending.filter(({ id, seq }) => id !== line.id && seq !== line.seq);
    if (this.#waiting !== undefined) {
      this.#waiting.push(line);
      return undefined;
    }
    if (line.seq <= (this.newestSeq ?? 0)) return undefined;
    this.newestSeq = line.seq;
    this.oldestSeq ??= line.seq;
    if (!isRead(line)) return undefined;
    const shown = this.#quoting(said(line, me));
    this.#append(shown);
    return shown;
  }

  /** Finds the first line that is new: older ones may have been loaded. */
  remark(): void {
    const { mark } = this.reading;
    const index = mark === undefined
      ? -1
      : this.lines.findIndex((line, index) =>
        index >= this.#anewAt - this.first && line.kind === "said" && !line.mine && line.seq > mark
      );
    this.newFrom = index < 0 ? undefined : this.first + index;
  }

  /** Something is to be told here. */
  notice(text: string, tone: "info" | "error", at: number): void {
    this.#append({ kind: "notice", at, tone, text: boundedText(text) });
  }

  /** A file is offered here. */
  offered(
    { n, from, at }: { readonly n: number; readonly from: string; readonly at: number },
  ): void {
    const line = { kind: "file", at, n, from } as const;
    if (this.#waiting === undefined) this.#append(line);
    else this.#files.push(line);
  }

  /**
   * People came or went: within two minutes that is one line.
   *
   * @param account Whether those who came have accounts, when that is known.
   */
  moved(
    joined: readonly string[],
    left: readonly string[],
    at: number,
    account?: boolean,
  ): void {
    const last = this.lines.at(-1);
    const isLast = last?.kind === "notice" && last.tone === "presence";
    const { text, instead } = this.crowd.moved({ joined, left, account }, { at, isLast });
    if (instead) this.lines.pop();
    if (text !== "") this.#append({ kind: "notice", at, tone: "presence", text });
  }

  /** The answer to something said: it is stored under that number. */
  stored(id: string, seq: number): void {
    const known = seq <= (this.newestSeq ?? 0);
    this.pending = this.pending.flatMap((one) =>
      one.id !== id ? [one] : known ? [] : [{ ...one, seq }]
    );
  }

  /** It was refused. */
  refused(id: string, refusal: string): void {
    this.pending = this.pending.map((one) => one.id === id ? { ...one, refusal } : one);
  }

  /** The server began anew: seqs count from one, and what stands here it does not know. */
  beganAnew(at: number): void {
    this.#anewAt = this.end;
    this.#begunAt = undefined;
    this.#late = [];
    this.reading = NOTHING_NEW;
    this.newFrom = undefined;
    this.oldestSeq = undefined;
    this.newestSeq = undefined;
    this.older = "unasked";
    if (this.lines.length === 0) return;
    this.notice("The server began anew: it does not know what stands above.", "info", at);
  }

  /** Takes the lines away, as if none had been loaded. */
  forget(): void {
    this.first = this.end;
    this.lines = [];
    this.oldestSeq = undefined;
    this.newestSeq = undefined;
    this.newFrom = undefined;
  }

  /** Empties the screen; what is older can be loaded again. */
  clear(): void {
    const newest = this.newestSeq;
    this.forget();
    if (newest === undefined) return;
    this.newestSeq = newest;
    this.oldestSeq = newest + 1;
    this.older = "more";
  }

  /** Lets the oldest lines go. */
  trim(max: number): void {
    const over = this.lines.length - max;
    // Some at a time: shifting thousands for every message would cost more than the message.
    if (over < 256) return;
    this.lines = this.lines.slice(over);
    this.first += over;
    this.oldestSeq = this.lines.find((line) => line.kind === "said")?.seq ??
      (this.newestSeq ?? 0) + 1;
    if (this.older === "none") this.older = "more";
  }

  /** Puts files between the lines of their time: a page that was opened later hears of them all at once. */
  #placeFiles(): void {
    for (const file of this.#files) {
      const before = this.lines.findLastIndex(({ at }) => at <= file.at);
      this.lines.splice(before + 1, 0, file);
    }
    this.#files = [];
  }

  /** What is in the lines now is newer than what the page of history had. */
  #catchUp(): void {
    const late = this.#late;
    this.#late = [];
    for (const change of late) this.#apply(change);
  }

  #apply(change: ChatChange): void {
    for (const [index, line] of this.lines.entries()) {
      if (line.kind !== "said" || index < this.#anewAt - this.first) continue;
      const next = reworked(line, change);
      if (next !== line) this.lines[index] = next;
    }
  }

  /** The line with what it is a reply to, if that stands here. */
  #quoting(line: Said): Said {
    if (line.reply === undefined || line.reply.from !== undefined) return line;
    const to = this.#said(line.reply.seq);
    return to === undefined ? line : quotingLine(line, to);
  }

  #said(seq: number): Said | undefined {
    return this.newestSaid((line) => line.seq === seq);
  }

  #append(line: Line): void {
    this.lines.push(line);
  }
}
