/**
 * A link with an invitation behind its `#`, which the browser tells no server and no log: `https://chat.example/#invite=TOKEN`.
 *
 * It is taken out of the address at once, so that no bookmark, no history and nobody who looks at the screen has it.
 *
 * @module
 */

import { invite } from "./remembered.ts";

const INVITATION = /^#invite=([\w-]{1,256})$/;

/** Takes the invitation out of the address; and once more whenever such a link is opened in this tab. */
export function takeInvitation(): void {
  take();
  addEventListener("hashchange", () => {
    // Whoever is in comes in again, by it.
    if (take()) location.reload();
  });
}

function take(): boolean {
  const [, token] = INVITATION.exec(location.hash) ?? [];
  if (token === undefined) return false;
  invite(token);
  history.replaceState(history.state, "", location.pathname);
  return true;
}
