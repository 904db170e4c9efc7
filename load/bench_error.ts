/**
 * A run that could not be brought to its end.
 *
 * @module
 */

/** Its message is a sentence, in part perhaps in the server's words: it may hold anything. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
