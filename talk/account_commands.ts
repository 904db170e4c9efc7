/**
 * Slash commands about one's own account. None of them takes a password: it is asked for where nobody sees it and nothing
 * keeps it. What stands behind `/register` or `/password` is thrown away, since it may be one all the same.
 *
 * @module
 */

import type { Command } from "./commands.ts";

/** What a typed line asks for about one's account. */
export type AccountWish =
  /** Make one's name an account: the password is to be asked for. */
  | { readonly kind: "register" }
  /** Give it another password: both are to be asked for. */
  | { readonly kind: "password" }
  | { readonly kind: "devices" }
  | { readonly kind: "revoke"; readonly device: string };

/** The commands. */
export const ACCOUNT: readonly Command<AccountWish>[] = [
  {
    name: "register",
    aliases: [],
    usage: "",
    summary: "make your name yours; asks for a password",
    read: () => ({ kind: "register" }),
  },
  {
    name: "password",
    aliases: [],
    usage: "",
    summary: "change your password; asks for both",
    read: () => ({ kind: "password" }),
  },
  {
    name: "devices",
    aliases: [],
    usage: "",
    summary: "which devices are logged in without a password",
    read: (rest) => rest === "" ? { kind: "devices" } : undefined,
  },
  {
    name: "revoke",
    aliases: [],
    usage: "ID",
    summary: "log a device out",
    read: (rest) => /^\S+$/.test(rest) ? { kind: "revoke", device: rest } : undefined,
  },
];

/** Whether a line, as typed, may hold a password: no history of what was typed may keep it. */
export function mayHoldPassword(line: string): boolean {
  return /^\s*\/(?:register|password|login|passwd)\b/iu.test(line);
}
