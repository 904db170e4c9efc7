/**
 * The token of this tab: it comes with the link, and stays for when the tab is loaded again.
 *
 * `sessionStorage` belongs to one origin, with its port, and to one tab; it goes with the tab. Where a browser has none for us,
 * the tab works until it is loaded again.
 *
 * @module
 */

import { isToken } from "../token.ts";

const KEY = "token";

/** The token that the link brought, or that the tab has already; or what is the matter without one. */
export function ownToken(): string | { readonly none: "locked" | "wrong" } {
  const brought = location.hash.slice(1);
  // Out of sight, out of the history, and out of the next screenshot.
  if (brought !== "") history.replaceState(null, "", location.pathname);
  if (!isToken(brought)) return kept() ?? { none: brought === "" ? "locked" : "wrong" };
  keep(brought);
  return brought;
}

/** The link is opened in a tab that is here already: browsers load nothing when only the part behind `#` is new. */
export function heedLinks(): void {
  addEventListener("hashchange", () => {
    if (isToken(location.hash.slice(1))) location.reload();
  });
}

function kept(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    // A browser that blocks storage throws at its name alone.
    return undefined;
  }
}

function keep(token: string): void {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // As above: this tab has it until it is loaded again.
  }
}
