/**
 * An object as it is kept in the store: JSON. What a disk gives back may be anything, so whoever asks looks at each field himself. Pure.
 *
 * @module
 */

const decoder = new TextDecoder();

/** What stored bytes say; `undefined` when they are no object in JSON. */
export function objectIn(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value as Readonly<Record<string, unknown>> : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
