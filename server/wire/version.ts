/**
 * The toolkit's version, as `deno.json` has it (a test compares the two).
 *
 * @module
 */

/** Told in `Welcome.server` and by `chat --version`. */
export const VERSION = "0.1.0";
