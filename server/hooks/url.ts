/**
 * Where an outgoing hook may post, as far as the text of a URL tells. What its name leads to is judged when it is posted to. Pure.
 *
 * @module
 */

import { HOOK_URL_CHARS_MAX } from "./limits.ts";

/** Whether a text is a URL that can be posted to: of HTTP, without a name and password, which would be shown in lists. */
export function isOutgoingUrl(text: string): boolean {
  if (text.length > HOOK_URL_CHARS_MAX || !URL.canParse(text)) return false;
  const { protocol, username, password, hostname } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && username + password === "" &&
    hostname !== "";
}
