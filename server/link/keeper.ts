/**
 * Who cares for a connection, as its outbox sees that one.
 *
 * @module
 */

/** Whoever cares for a connection, as far as its outbox asks for that. */
export interface Keeper {
  /** Too much waits: the connection is to be ended. */
  onSlow(): void;
  /** A write has ended: what else there is goes out by `wake`, in its turn. */
  onGoOn(): void;
}
