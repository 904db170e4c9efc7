/**
 * The token that opens the dashboard, and the sessions that it opened.
 *
 * Token and session ids are 256 random bits. Comparing takes as long for a wrong one as for the right one. The number of
 * sessions is bounded: the oldest goes.
 *
 * @module
 */

import { randomToken, sameSecret } from "../../ground/mod.ts";
import { SESSIONS_MAX } from "./limits.ts";

/** Opens sessions for whoever has the token. */
export class Sessions {
  readonly token: string = randomToken();
  readonly #cookie: string;
  readonly #open = new Set<string>();

  /** @param port Part of the cookie's name: cookies are the same for all ports of a host. */
  constructor(port: number) {
    this.#cookie = `chat-dashboard-${port}`;
  }

  /** The `Set-Cookie` of a new session; `undefined` for a wrong token. */
  open(token: string): string | undefined {
    if (!sameSecret(token, this.token)) return undefined;
    const id = randomToken();
    for (const oldest of this.#open) {
      if (this.#open.size < SESSIONS_MAX) break;
      this.#open.delete(oldest);
    }
    this.#open.add(id);
    return `${this.#cookie}=${id}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** The open session that a `Cookie` header names; `undefined` when it names none. */
  find(header: string | null): string | undefined {
    const ids = (header ?? "").split(";").map((part) => part.trim().split("="))
      .filter(([name]) => name === this.#cookie);
    return ids.map(([, id]) => id).find((id) => id !== undefined && this.#open.has(id));
  }
}
