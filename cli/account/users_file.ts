/**
 * A file of users to begin with: one JSON object a line, `{"username": "anna", "password": "…"}`. Pure.
 *
 * A line without a password is given one, which is told once. What is wrong is found before anything is done, line by line, so
 * that nobody has to guess which half of a file was taken.
 *
 * @module
 */

import { foldText, Likenesses, newUserName, plainLookOf } from "../../server/wire/names/mod.ts";
import type { AccountRole } from "../../server/wire/mod.ts";

/** Shortest and longest password in characters, as the protocol says. */
const PASSWORD_CHARS_MIN = 8;
/** See `PASSWORD_CHARS_MIN`. */
const PASSWORD_CHARS_MAX = 256;

/** What a sentence shows of a key, in UTF-16 units: any that is meant is shorter. */
const KEY_CHARS_MAX = 20;

/** Somebody who is to have an account. */
export interface NewUser {
  /** The line, counted from 1. */
  readonly line: number;
  readonly name: string;
  /** `undefined` when one is to be made. */
  readonly password: string | undefined;
  readonly role: AccountRole | undefined;
}

/** What a file says. */
export interface UsersFile {
  readonly users: readonly NewUser[];
  /** A sentence for each line that cannot be taken; none repeats a password. */
  readonly wrong: readonly string[];
}

/** The names that nobody can have any more. */
class TakenNames {
  readonly #reasons = new Map<string, string>();
  readonly #likenesses = new Likenesses<{ readonly name: string }>(plainLookOf);

  /** Takes a name, unless it is taken. @param reason What is said to whoever wants it, too. */
  take(name: string, reason: string): void {
    if (this.#reasons.has(foldText(name))) return;
    this.#reasons.set(foldText(name), reason);
    this.#likenesses.add({ name });
  }

  /** Why nobody can have a name; `undefined` when it is free. */
  fault(name: string): string | undefined {
    const reason = this.#reasons.get(foldText(name));
    if (reason !== undefined) return `'${name}' ${reason}.`;
    const alike = this.#likenesses.of(name)?.name;
    if (alike === undefined) return undefined;
    return `'${name}' looks like '${alike}', which ${
      this.#reasons.get(foldText(alike)) ?? "is taken"
    }.`;
  }
}

/** Reads a file. @param known Names that have an account already. */
export function readUsers(text: string, known: Iterable<string>): UsersFile {
  const users: NewUser[] = [];
  const wrong: string[] = [];
  const taken = new TakenNames();
  for (const name of known) taken.take(name, "has an account already");
  for (const [index, row] of text.replace(/^\ufeff/, "").split("\n").entries()) {
    if (row.trim() === "") continue;
    const line = index + 1;
    const user = readUser(row, line);
    const fault = typeof user === "string" ? user : faultOf(user, taken);
    if (fault !== undefined) wrong.push(`Line ${line}: ${fault}`);
    if (typeof user === "string") continue;
    users.push(user);
    taken.take(user.name, `stands in line ${line} already`);
  }
  return { users, wrong };
}

/** A user, or what is wrong. */
function readUser(text: string, line: number): NewUser | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return "it is no JSON.";
    throw error;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return "it is no JSON object.";
  }
  const { username: name, password, role, ...others } = value as Record<string, unknown>;
  const [other] = Object.keys(others);
  // Left out, a hash would be a password that nobody has; a slip of the pen would be one, too.
  if (other !== undefined) {
    return `"${
      shortened(other)
    }" is not known: a line has "username", and perhaps "password" and "role". Hashes are not taken.`;
  }
  if (typeof name !== "string") return '"username" is missing.';
  if (password !== undefined && typeof password !== "string") return '"password" must be a text.';
  if (role !== undefined && role !== "user" && role !== "operator") {
    return '"role" must be "user" or "operator".';
  }
  return { line, name, password, role };
}

/** A key of somebody's file, as far as a sentence has room for it. */
function shortened(key: string): string {
  return key.length > KEY_CHARS_MAX ? `${key.slice(0, KEY_CHARS_MAX)}…` : key;
}

function faultOf(
  { name, password }: NewUser,
  taken: TakenNames,
): string | undefined {
  const checked = newUserName(name);
  if (checked.kind !== "name") return checked.reason;
  const fault = taken.fault(name);
  if (fault !== undefined) return fault;
  if (password === undefined) return undefined;
  const length = [...password.normalize("NFC")].length;
  if (length < PASSWORD_CHARS_MIN || length > PASSWORD_CHARS_MAX) {
    return `the password of '${name}' must have ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters.`;
  }
  return foldText(password) === foldText(name)
    ? `the password of '${name}' cannot be the name itself.`
    : undefined;
}
