/**
 * What a text client means by the commands of who keeps order. Pure.
 *
 * @module
 */

import { parseDays, parseDuration } from "../../ground/mod.ts";
import {
  type OrderRequest,
  RETAIN_DAYS_MAX,
  SANCTION_SECONDS_MAX,
  type SetRole,
  SLOW_SECONDS_MAX,
} from "../wire/mod.ts";

/** A message, or how the command is written. @param rest What stands behind its word. */
export function parseOrder(word: string, rest: string): OrderRequest | SetRole | string {
  const [first = "", ...others] = rest.split(/\s+/).filter((one) => one !== "");
  switch (word) {
    case "room":
      return first === "" ? { type: "Room" } : setting(first, others[0] ?? "");
    case "slow": {
      const slow = /^\d{1,5}$/.test(first) ? Number(first) : NaN;
      if (!(slow <= SLOW_SECONDS_MAX)) return `/slow SECONDS (0 to ${SLOW_SECONDS_MAX})`;
      return { type: "Room", slow };
    }
    case "audit":
      return { type: "Audit" };
    case "report":
      return { type: "Report", ...why(first === "" ? [] : [first, ...others]) };
    default:
      return first === "" ? `/${word} ${USAGES[word] ?? "NAME"}` : about(word, first, others);
  }
}

/** What stands behind a word, where that is more than a name. */
const USAGES: Readonly<Record<string, string>> = {
  kick: "NAME [WHY]",
  mute: "NAME [10m|2h|7d] [WHY]",
  ban: "NAME|ADDRESS [10m|2h|7d] [WHY]",
  unban: "NAME|ADDRESS [WHY]",
};

function setting(what: string, value: string): OrderRequest | string {
  switch (what) {
    case "open":
    case "invite":
    case "announce":
      return { type: "Room", access: what };
    case "owner":
      return value === "" ? "/room owner NAME" : { type: "Room", owner: value };
    case "topic":
      if (value !== "members" && value !== "moderators") break;
      return { type: "Room", topicBy: value };
    case "typing":
      if (value !== "on" && value !== "off") break;
      return { type: "Room", typing: value === "on" };
    case "retain": {
      const retain = parseDays(value);
      if (retain === undefined || retain > RETAIN_DAYS_MAX) {
        return `/room retain 30d (1d to ${RETAIN_DAYS_MAX}d), or /room retain off`;
      }
      return { type: "Room", retain };
    }
  }
  return "/room open, invite, announce, topic members, topic moderators, retain 30d, typing on, typing off or owner NAME";
}

function about(
  word: string,
  user: string,
  others: readonly string[],
): OrderRequest | SetRole | string {
  switch (word) {
    case "invite":
      return { type: "Invite", user };
    case "mod":
      return { type: "Room", promote: user };
    case "unmod":
      return { type: "Room", demote: user };
    case "op":
      return { type: "SetRole", username: user, role: "operator" };
    case "deop":
      return { type: "SetRole", username: user, role: "user" };
    case "kick":
      return { type: "Kick", user, ...why(others) };
    case "mute":
      return { type: "Mute", user, ...timeAndWhy(others) };
    case "ban":
      return { type: "Ban", ...nameOrAddress(user), ...timeAndWhy(others) };
    case "unban":
    case "unmute":
      return { type: "Unban", ...nameOrAddress(user), ...why(others) };
    default:
      return `/${word}`;
  }
}

/** A name has neither a colon nor a slash in it; what is made of four numbers is an address. */
function nameOrAddress(word: string): { user: string } | { address: string } {
  return /[:/]|^\d+(?:\.\d+){3}$/.test(word) ? { address: word } : { user: word };
}

function timeAndWhy(words: readonly string[]): { seconds?: number; why?: string } {
  const [first = "", ...others] = words;
  const ms = parseDuration(first);
  if (ms === undefined) return why(words);
  const seconds = Math.min(Math.max(1, Math.ceil(ms / 1_000)), SANCTION_SECONDS_MAX);
  return { seconds, ...why(others) };
}

function why(words: readonly string[]): { why?: string } {
  return words.length === 0 ? {} : { why: words.join(" ") };
}
