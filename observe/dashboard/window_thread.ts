/**
 * The thread of a window: GTK belongs to one thread, and this is it. Its main loop blocks here, so that the
 * dashboard's own event loop goes on undisturbed.
 *
 * @module
 */

import {
  cString,
  GIO,
  GIO_SYMBOLS,
  GLIB,
  GLIB_SYMBOLS,
  GTK,
  GTK_SYMBOLS,
  LIBC,
  missingLibrary,
  PIN_SYMBOLS,
  WEBKIT,
  WEBKIT_SYMBOLS,
  type WindowNews,
  type WindowOrder,
} from "./window_libraries.ts";

/** From `dlfcn.h`. */
const RTLD_NOW = 0x2;
const RTLD_NODELETE = 0x1000;

declare const self: {
  onmessage: ((event: MessageEvent<WindowOrder>) => void) | null;
  postMessage(news: WindowNews): void;
};

self.onmessage = ({ data }) => {
  try {
    run(data);
    self.postMessage({ kind: "closed" });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    self.postMessage({ kind: "failed", why });
  }
};

/** Shows the window and stays until it is closed. */
function run({ url, title, width, height, stop }: WindowOrder): void {
  pin([GLIB, GIO, GTK, WEBKIT]);
  const glib = Deno.dlopen(GLIB, GLIB_SYMBOLS).symbols;
  const gio = Deno.dlopen(GIO, GIO_SYMBOLS).symbols;
  const gtk = Deno.dlopen(GTK, GTK_SYMBOLS).symbols;
  const webkit = Deno.dlopen(WEBKIT, WEBKIT_SYMBOLS).symbols;
  // WebKit keeps what pages store in a data directory of this name. It must not be the server's own, `chat`: in one that holds
  // other files no store is made.
  glib.g_set_prgname(cString("chat-dashboard"));
  if (gtk.gtk_init_check() === 0) {
    throw new Error("There is no display to open a window on: are DISPLAY or WAYLAND_DISPLAY set?");
  }
  setLanguage(webkit);
  const window = gtk.gtk_window_new();
  const view = webkit.webkit_web_view_new();
  gtk.gtk_window_set_title(window, cString(title));
  gtk.gtk_window_set_default_size(window, width, height);
  gtk.gtk_window_set_child(window, view);
  webkit.webkit_web_view_load_uri(view, cString(url));
  gtk.gtk_window_present(window);
  self.postMessage({ kind: "opened" });
  const windows = gtk.gtk_window_get_toplevels();
  while (gio.g_list_model_get_n_items(windows) > 0) {
    if (Atomics.load(stop, 0) === 1) gtk.gtk_window_destroy(window);
    else glib.g_main_context_iteration(null, 1);
  }
  while (glib.g_main_context_iteration(null, 0) !== 0) {
    // What closing has left to do.
  }
}

/**
 * Loads the libraries for good. GTK leaves threads running, so unloading it when this thread ends would crash the process.
 */
function pin(names: readonly string[]): void {
  const libc = Deno.dlopen(LIBC, PIN_SYMBOLS);
  const missing = names.find((name) =>
    libc.symbols.dlopen(cString(name), RTLD_NOW | RTLD_NODELETE) === null
  );
  libc.close();
  if (missing !== undefined) throw new Error(missingLibrary(missing));
}

/** Kept for good: the list below holds its address alone, which does not keep it from being collected. */
const LANGUAGE = cString(navigator.language);

/** In the C locale WebKit would call its language "C", and scripts that ask `Intl` for that one fail. */
function setLanguage(webkit: Deno.StaticForeignLibraryInterface<typeof WEBKIT_SYMBOLS>): void {
  const list = new BigUint64Array([Deno.UnsafePointer.value(Deno.UnsafePointer.of(LANGUAGE)), 0n]);
  webkit.webkit_web_context_set_preferred_languages(
    webkit.webkit_web_context_get_default(),
    list,
  );
}
