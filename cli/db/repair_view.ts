/**
 * What `chat db repair` says: what is saved, what is lost for certain, and what may be. Pure.
 *
 * @module
 */

import {
  isComplete,
  type Lost,
  type Renamed,
  type RepairReport,
  type RivalRecord,
} from "../../db/mod.ts";
import type { Distrusted, Withheld } from "../../server/mod.ts";
import { safeText } from "../tty/safe.ts";
import { showCount, showNumber, showTable } from "./text.ts";
import { damageTable } from "./verify_view.ts";

/** What became of a repair. */
export type RepairOutcome = RepairReport & {
  /** Rooms that are closed now, since it is not certain how they were set. */
  readonly closed?: readonly string[];
  /** Messages without words now, since these were changed and the change is lost. */
  readonly withheld?: readonly Withheld[];
  /** What became of accounts, where the newest of one may be lost. */
  readonly accounts?: Distrusted | undefined;
  /** Names of accounts of which nothing is left: nobody has them now. */
  readonly held?: readonly string[];
  /** Keys of hooks and invitations that had been taken away, and are again. */
  readonly ended?: readonly string[];
};

/** The report as one JSON object. */
export function repairJson(report: RepairOutcome, into: string): string {
  const { messages, keys, lost, lostMost, lostKeys, maybe, renamed, damages } = report;
  const { doubtful, rivalCount, rivals } = report;
  return `${
    JSON.stringify({
      directory: into,
      complete: isComplete(report),
      closed_rooms: report.closed ?? [],
      withheld: report.withheld ?? [],
      ended: report.ended ?? [],
      held_names: report.held ?? [],
      ...(report.accounts === undefined ? {} : { accounts: report.accounts }),
      messages,
      keys,
      lost,
      lost_most: lostMost,
      lost_keys: lostKeys,
      maybe_lost: maybe,
      doubtful,
      renamed,
      contradictions: rivalCount,
      contradicting: rivals,
      damage: damages,
    })
  }\n`;
}

/** The report for people. */
export function repairText(report: RepairOutcome, into: string): string {
  const { messages, keys, damages } = report;
  const saved = `Saved ${showCount(messages, "message")} and ${showCount(keys, "key")} into ${
    safeText(into)
  }.\n`;
  const parts = [
    saved,
    verdict(report),
    withheldText(report),
    closedText(report),
    accountsText(report),
    contradictions(report),
  ];
  if (damages.length > 0) parts.push(`\n${damageTable(damages)}`);
  return parts.join("");
}

function verdict(report: RepairReport): string {
  const { lost, lostMost, lostKeys, maybe, doubtful, renamed, damages } = report;
  const names = renamed.map((one) => `${nameText(one)}\n`).join("");
  if (isComplete(report)) {
    const end = damages.length === 0
      ? "Nothing was damaged or lost.\n"
      : "Nothing is lost: all that was damaged stood elsewhere too.\n";
    return `${end}${names}`;
  }
  const count = lost.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const certain = [
    ...(count > 0 ? [showCount(count, "message")] : []),
    ...(lostKeys.length > 0 ? [showCount(lostKeys.length, "key")] : []),
  ].join(" and ");
  const parts = [
    certain === ""
      ? "No message is lost for certain.\n"
      : lostMost < count
      ? `Not there any more: ${certain}; of the messages at most ${
        showNumber(lostMost)
      } can be lost, ` +
        "the others had been deleted.\n"
      : `Lost for certain: ${certain}.\n`,
  ];
  if (maybe.records > 0) {
    parts.push(
      `May be lost beside that: ${
        showCount(maybe.records, "record")
      } at most, of which nothing tells ` +
        "what they were: the newest messages of a room, edits, deletions or keys. " +
        "Older versions may show in their place.\n",
    );
  }
  if (doubtful.records > 0) {
    parts.push(
      `May never have been acknowledged: ${showCount(doubtful.records, "record")} at the end of ` +
        "the log, behind a gap. They are saved where they take the place of nothing else.\n",
    );
  }
  for (const what of maybe.unknown) parts.push(`Unknown: ${what}.\n`);
  parts.push(names);
  if (lost.length > 0) parts.push(`\n${lostTable(lost)}`);
  if (lostKeys.length > 0) parts.push(`\n${keyTable(lostKeys)}`);
  if (doubtful.messages.length > 0) {
    parts.push(`\n${lostTable(doubtful.messages, "doubtful in stream")}`);
  }
  return parts.join("");
}

/** Messages that are named of those without words. */
const WITHHELD_SHOWN = 20;

function withheldText({ withheld = [] }: RepairOutcome): string {
  if (withheld.length === 0) return "";
  const names = withheld.slice(0, WITHHELD_SHOWN).map(({ stream, seq }) =>
    `${seq} of '${safeText(stream)}'`
  );
  const more = withheld.length - names.length;
  const rest = more > 0 ? ` and ${showNumber(more)} more` : "";
  return `Without words now, since they were edited or deleted and only the words before that are left: ${
    names.join(", ")
  }${rest}.\n`;
}

function closedText({ closed = [] }: RepairOutcome): string {
  if (closed.length === 0) return "";
  const names = closed.map((name) => `'${safeText(name)}'`).join(", ");
  return `Closed, since they may have been for the invited alone: ${names}. ` +
    "Whoever owns one, or an operator, opens it by /room open.\n";
}

/** Operators and other accounts that are named. */
const ACCOUNTS_SHOWN = 20;

function accountsText({ accounts, ended = [], held = [] }: RepairOutcome): string {
  if (accounts === undefined) return "";
  const { removed, demoted, older, operators } = accounts;
  const parts = [
    ["Taken away again, since the record says that they had been: ", [...removed, ...ended], "."],
    [
      "No operators any more and without devices, since the record says that this had been taken from them: ",
      demoted,
      ".",
    ],
    [
      "Logged out on all devices, since an operator had given them another password, and this one may be older: ",
      older,
      ". Give them another one by 'chat user passwd'.",
    ],
    [
      "Held for who had them, since their accounts are lost: ",
      held,
      ". Nobody comes in under these names: 'chat user passwd' gives one to its owner again, 'chat user remove' frees it.",
    ],
    [
      "Of an account that is left an older state may show: a role, a password or a device that was taken away since. Operators now: ",
      operators,
      ".",
    ],
  ] as const;
  return parts.filter(([, names]) => names.length > 0)
    .map(([before, names, after]) => `${before}${namesText(names)}${after}\n`).join("");
}

function namesText(names: readonly string[]): string {
  const more = names.length - ACCOUNTS_SHOWN;
  const shown = names.slice(0, ACCOUNTS_SHOWN).map((name) => `'${safeText(name)}'`).join(", ");
  return more > 0 ? `${shown} and ${showNumber(more)} more` : shown;
}

/** What two stores that were one say differently; nobody can tell which is right. */
function contradictions({ rivalCount, rivals }: RepairReport): string {
  if (rivalCount === 0) return "";
  const where = ({ file, offset }: RivalRecord): string => `${file} at byte ${showNumber(offset)}`;
  const table = showTable(
    [{ head: "saved" }, { head: "from" }, { head: "not saved" }, { head: "which stands in" }],
    rivals.map(({ saved, left }) => [
      safeText(saved.what),
      where(saved),
      safeText(left.what),
      where(left),
    ]),
  );
  const first = rivalCount > rivals.length ? ` The first ${showNumber(rivals.length)}:` : "";
  return `\n${
    showCount(rivalCount, "pair")
  } of records contradict each other: files of a store and of a copy of it, which both went on, are mixed here. ` +
    `Keep the old directory until you know which are right.${first}\n${table}`;
}

function nameText({ stream, from }: Renamed): string {
  const name = `'${safeText(stream)}'`;
  switch (from) {
    case "hint":
      return `The name of ${name} was damaged, and stood in a hint too.`;
    case "messages":
      return `The name of ${name} was damaged, and stood in its messages too.`;
    case "nothing":
      return `The name of a stream is lost; its messages are in ${name} now.`;
    default:
      return from satisfies never;
  }
}

function lostTable(lost: readonly Lost[], head = "lost from stream"): string {
  return showTable(
    [{ head }, { head: "from", align: "right" }, {
      head: "to",
      align: "right",
    }],
    lost.map(({ stream, from, to }) => [safeText(stream), showNumber(from), showNumber(to)]),
  );
}

function keyTable(keys: readonly string[]): string {
  return showTable([{ head: "lost key" }], keys.map((key) => [safeText(key)]));
}
