/**
 * What may be a password, and in which bytes it is hashed.
 *
 * It is brought into one form of Unicode (NFC), since keyboards differ in how they write an `é`, and is trimmed of nothing: a
 * space at its end is a part of it. Pure.
 *
 * @module
 */

import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from "./limits.ts";
import { foldText } from "../wire/mod.ts";

/** A password in the bytes that are hashed, or the sentence that says why it is none. */
export type PasswordCheck =
  | { readonly kind: "password"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "bad"; readonly reason: string };

/** Longest text that is looked at, in UTF-16 units: normalising takes time that grows faster than its length. */
const UNITS_MAX = PASSWORD_CHARS_MAX * 4;

const encoder = new TextEncoder();

/** Checks a password that somebody chooses. @param username Whose it is to be: it cannot be that name itself. */
export function newPassword(text: string, username: string): PasswordCheck {
  const bytes = passwordBytes(text);
  if (bytes === undefined) {
    return bad(
      `A password has ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters.`,
    );
  }
  if (foldText(text) === foldText(username)) return bad("A password cannot be the name itself.");
  return { kind: "password", bytes };
}

/** The bytes of a text that can be a password; `undefined` when it can be none, and so fits no account. */
export function passwordBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length > UNITS_MAX || !text.isWellFormed()) return undefined;
  const normal = text.normalize("NFC");
  const length = [...normal].length;
  if (length < PASSWORD_CHARS_MIN || length > PASSWORD_CHARS_MAX) return undefined;
  return encoder.encode(normal);
}

function bad(reason: string): PasswordCheck {
  return { kind: "bad", reason };
}
