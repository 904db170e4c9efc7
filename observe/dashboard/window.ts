/**
 * A window of its own for the page, by GTK 4 and WebKitGTK 6.
 *
 * ```text
 *   here ── order ──────────► window_thread.ts: GTK's main loop, blocking
 *        ◄─ opened, closed ──
 *        ── stop = 1, wakeup ─► destroys the window
 * ```
 *
 * Threads of the libraries live on when the window is gone, so the process that had one ends without tidying up
 * in the libraries: see `skipExitHandlers`.
 *
 * @module
 */

import {
  cString,
  EXIT_SYMBOLS,
  GLIB,
  LIBC,
  missingLibrary,
  WAKE_SYMBOLS,
  type WindowNews,
  type WindowOrder,
} from "./window_libraries.ts";

/** Pixels of a new window: the chat and its instruments side by side. */
const WIDTH = 1_280;
const HEIGHT = 840;

/** A window that is open. */
export interface PageWindow extends AsyncDisposable {
  /** Settles when somebody closed it. */
  readonly closed: Promise<void>;
}

/** Why there can be no window here; the message says what to do. */
export class NoWindowError extends Error {
  /** The name of the class. */
  override readonly name: string = "NoWindowError";
}

/**
 * Opens a window.
 *
 * @throws {NoWindowError} When a library or a display is missing.
 */
export async function openWindow(url: string): Promise<PageWindow> {
  const glib = loadGlib();
  const worker = new Worker(new URL("window_thread.ts", import.meta.url), {
    type: "module",
    name: "window",
  });
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let over = false;
  const end = (why?: string): void => {
    if (over) return;
    over = true;
    skipExitHandlers();
    worker.terminate();
    glib.close();
    opened.reject(new NoWindowError(why ?? "The window was closed."));
    closed.resolve();
  };
  // Nobody waits for it any more once the window was open.
  opened.promise.catch(() => {});
  worker.onmessage = ({ data }: MessageEvent<WindowNews>) => {
    if (data.kind === "opened") opened.resolve();
    else end(data.kind === "failed" ? data.why : undefined);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    end(event.message);
  };
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const order: WindowOrder = { url, title: "chat", width: WIDTH, height: HEIGHT, stop };
  worker.postMessage(order);
  await opened.promise;
  return {
    closed: closed.promise,
    async [Symbol.asyncDispose]() {
      if (!over) {
        Atomics.store(stop, 0, 1);
        glib.symbols.g_main_context_wakeup(null);
      }
      await closed.promise;
    },
  };
}

/**
 * Lets the process end, with whatever exit code, without the exit handlers that stand now.
 *
 * They take the libraries apart while threads still use them, the window's own among them, which ends at the same
 * moment: its OpenGL cleans up after itself in what is no longer there, and a good end is reported as a crash.
 * The function that is called first at the end gets the exit code, and so it can be `_exit` itself (`on_exit(3)`).
 */
function skipExitHandlers(): void {
  const libc = Deno.dlopen(LIBC, EXIT_SYMBOLS);
  libc.symbols.on_exit(libc.symbols.dlsym(null, cString("_exit")), null);
  libc.close();
}

function loadGlib(): Deno.DynamicLibrary<typeof WAKE_SYMBOLS> {
  try {
    return Deno.dlopen(GLIB, WAKE_SYMBOLS);
  } catch (cause) {
    throw new NoWindowError(missingLibrary(GLIB), { cause });
  }
}
