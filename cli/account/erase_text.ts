/**
 * What `chat user erase` says: what it will erase, what it has erased, and what is still kept and why. Pure.
 *
 * @module
 */

import type { ErasureReport } from "../../server/wire/mod.ts";
import { showCount } from "../db/text.ts";
import { safeText } from "../tty/safe.ts";

type Found = Omit<ErasureReport, "type">;

/** What there is of an account. */
export function foundText(found: Found): string {
  return `There is of '${safeText(found.username)}': the account with ${
    showCount(found.devices, "device")
  }, how far it has read, ${wordsText(found)}.`;
}

/** What is not erased with it. */
export const KEPT_TEXT: string =
  "Not erased: what others wrote, also to him or about him; in conversations of two, that there were whispers, and when; " +
  "records of what moderators did, and bans; what others said under the name before it was an account's; what the account said as a guest " +
  "under other names, and topics of which no version of the server wrote down who gave them; the server's log; backups.";

/** What was erased, and what is kept. */
export function erasedText(erased: Found): string {
  const { username, audit } = erased;
  const records = audit === 0 ? [] : [
    `${
      showCount(audit, "record")
    } of what moderators did, by him or to him: they prove why others were put out, and go with the ` +
    "server's --retain",
  ];
  const kept = [
    "what others wrote, also to him: it is theirs",
    "topics that he gave to rooms under other names, or to a server of a version that did not write down who did, until somebody gives others ('/topic')",
    ...records,
    "backups that were made before: make a new one when 'chat db stat' speaks of nothing that is still to be erased, and remove the older ones",
  ];
  return `'${safeText(username)}' is erased: the account with ${
    showCount(erased.devices, "device")
  }, ${
    wordsText(erased)
  }. The words leave the server's files within some minutes in which it runs; 'chat db verify' shows it.\n` +
    `Still kept:\n${kept.map((one) => `  - ${one}\n`).join("")}`;
}

function wordsText({ messages, rooms, whispers, people }: Found): string {
  return `${showCount(messages, "message")} in ${showCount(rooms, "room")} and ${
    showCount(whispers, "whisper")
  } to ${showCount(people, "person").replace(/persons$/, "people")}`;
}
