/**
 * Opens what a server needs of the machine, and says in one sentence why that cannot be.
 *
 * @module
 */

import type { MessageStore } from "../server/mod.ts";
import { cannotListen } from "./cannot_listen.ts";
import { EXIT, Failure } from "./failure.ts";
import type { OperatorToken } from "./operator_token.ts";
import type { Address } from "./values.ts";

/** Where messages are kept. */
export interface StoreFlags {
  readonly data: string;
}

/** Where to listen. */
export interface ListenFlags {
  readonly host: string;
  readonly port: number;
  readonly http?: Address | undefined;
}

/** The operator's token; a store that cannot hold it is closed again. */
export async function tokenFor(store: MessageStore, { data }: StoreFlags): Promise<OperatorToken> {
  const { operatorToken } = await import("./operator_token.ts");
  try {
    return operatorToken(store.durability === "none" ? undefined : data);
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

/** Starts the server, or says in one sentence why it cannot listen there. */
export async function listen<S>(
  start: () => S,
  store: AsyncDisposable,
  { host, port, http }: ListenFlags,
): Promise<S> {
  const { CertificateError, HttpListenError, TransportUnavailable } = await import(
    "../server/mod.ts"
  );
  try {
    return start();
  } catch (error) {
    await store[Symbol.asyncDispose]();
    if (error instanceof CertificateError) throw new Failure(`--tls-cert: ${error.message}`);
    if (error instanceof TransportUnavailable) throw new Failure(error.message, EXIT.impossible);
    const ofHttp = error instanceof HttpListenError;
    throw cannotListen(
      ofHttp && http !== undefined ? http : { host, port },
      ofHttp ? error.cause : error,
    );
  }
}
