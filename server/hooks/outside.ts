/**
 * The way out of a server, to whom hooks post: names are looked up here, and connections are made to addresses alone.
 *
 * @module
 */

import { lookup } from "node:dns/promises";

/** A connection to somebody outside. */
export interface Line {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** The way out. */
export interface Outside {
  /** The addresses of a name. @throws When it has none. */
  lookUp(name: string): Promise<readonly string[]>;
  /** Connects to an address. @param name Over TLS: the name that the other end has to prove. @throws When it cannot. */
  connect(
    to: { readonly hostname: string; readonly port: number; readonly name: string | undefined },
    signal: AbortSignal,
  ): Promise<Line>;
}

/** The real one. @param caCerts Whom to believe beside those who are believed anyway, as PEM. */
export function realOutside(caCerts: readonly string[] = []): Outside {
  return {
    async lookUp(name) {
      const found = await lookup(name, { all: true });
      return found.map(({ address }) => address);
    },
    async connect({ hostname, port, name }, signal) {
      const conn = await Deno.connect({ hostname, port, signal });
      if (name === undefined) return conn;
      const give = (): void => conn.close();
      signal.addEventListener("abort", give);
      try {
        const secure = await Deno.startTls(conn, { hostname: name, caCerts: [...caCerts] });
        return secure;
      } finally {
        signal.removeEventListener("abort", give);
      }
    },
  };
}
