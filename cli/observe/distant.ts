/**
 * An observer that was started apart, for as long as somebody wants to see it: it may come later, end, and come again.
 *
 * Whether the path can be right is found out at the start, while somebody looks at the terminal: what listens there and is no
 * observer is refused then. What is not there yet may come.
 *
 * @module
 */

import type { Observer } from "../../observe/mod.ts";
import { Dialler } from "./dialler.ts";
import { listened, NoObserver } from "./listen.ts";

/** What comes of a try: an observer that tells, or why nobody does, in words that go on a sentence. */
export type Tried =
  | { readonly kind: "observer"; readonly observer: Observer }
  | { readonly kind: "nobody"; readonly why: string };

/** An observer that was started apart. Disposing it ends a connection that nobody has taken over. */
export interface Distant extends AsyncDisposable {
  /** What came of the try at the start; the first `listen` gives it again. */
  readonly first: Tried;
  /** Tries once. An abort ends the try: nobody is there then. */
  listen(signal: AbortSignal): Promise<Tried>;
}

/**
 * Begins to listen.
 *
 * @param path Absolute.
 * @throws {NoObserver} When something else is there, or it is another user's.
 */
export async function openDistant(path: string, signal: AbortSignal): Promise<Distant> {
  const dialler = new Dialler(path);
  try {
    const first = await tried(dialler, path, signal, false);
    let kept: Tried | undefined = first;
    return {
      first,
      async listen(signal) {
        const given = kept;
        kept = undefined;
        return given ?? await tried(dialler, path, signal, true);
      },
      async [Symbol.asyncDispose]() {
        if (kept?.kind === "observer") await kept.observer[Symbol.asyncDispose]();
        dialler[Symbol.dispose]();
      },
    };
  } catch (error) {
    dialler[Symbol.dispose]();
    throw error;
  }
}

/** @param patient Whether what will hardly change is waited for, too. */
async function tried(
  dialler: Dialler,
  path: string,
  signal: AbortSignal,
  patient: boolean,
): Promise<Tried> {
  try {
    const connection = await dialler.connect();
    const stop = () => connection.close();
    signal.addEventListener("abort", stop);
    try {
      if (signal.aborted) stop();
      return { kind: "observer", observer: await listened(connection, path, {}) };
    } finally {
      signal.removeEventListener("abort", stop);
    }
  } catch (error) {
    if (!(error instanceof NoObserver) || !(patient || error.mayCome)) throw error;
    return { kind: "nobody", why: error.why };
  }
}
