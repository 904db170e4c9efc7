/**
 * The libraries that draw a window: their names, and the functions of them that are used.
 *
 * @module
 */

/** File names on Linux. */
export const GLIB = "libglib-2.0.so.0";
/** File name on Linux. */
export const GIO = "libgio-2.0.so.0";
/** File name on Linux. */
export const GTK = "libgtk-4.so.1";
/** File name on Linux. */
export const WEBKIT = "libwebkitgtk-6.0.so.4";

/** File name of GNU's C library. */
export const LIBC = "libc.so.6";

/** Of the C library: loading a library for good. */
export const PIN_SYMBOLS = {
  dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
} as const;

/** Of the C library: having a function called at the process's end. */
export const EXIT_SYMBOLS = {
  dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
  on_exit: { parameters: ["pointer", "pointer"], result: "i32" },
} as const;

/** Of GLib, called from the outside: the one function that any thread may call. */
export const WAKE_SYMBOLS = {
  g_main_context_wakeup: { parameters: ["pointer"], result: "void" },
} as const;

/** Of GLib. A `gboolean` is an int. */
export const GLIB_SYMBOLS = {
  g_main_context_iteration: { parameters: ["pointer", "i32"], result: "i32" },
  g_set_prgname: { parameters: ["buffer"], result: "void" },
} as const;

/** Of GIO. */
export const GIO_SYMBOLS = {
  g_list_model_get_n_items: { parameters: ["pointer"], result: "u32" },
} as const;

/** Of GTK 4. */
export const GTK_SYMBOLS = {
  gtk_init_check: { parameters: [], result: "i32" },
  gtk_window_new: { parameters: [], result: "pointer" },
  gtk_window_set_title: { parameters: ["pointer", "buffer"], result: "void" },
  gtk_window_set_default_size: { parameters: ["pointer", "i32", "i32"], result: "void" },
  gtk_window_set_child: { parameters: ["pointer", "pointer"], result: "void" },
  gtk_window_present: { parameters: ["pointer"], result: "void" },
  gtk_window_destroy: { parameters: ["pointer"], result: "void" },
  gtk_window_get_toplevels: { parameters: [], result: "pointer" },
} as const;

/** Of WebKitGTK 6. */
export const WEBKIT_SYMBOLS = {
  webkit_web_view_new: { parameters: [], result: "pointer" },
  webkit_web_view_load_uri: { parameters: ["pointer", "buffer"], result: "void" },
  webkit_web_context_get_default: { parameters: [], result: "pointer" },
  webkit_web_context_set_preferred_languages: {
    parameters: ["pointer", "buffer"],
    result: "void",
  },
} as const;

/** The sentence for people when a library is missing. */
export function missingLibrary(name: string): string {
  return `A window needs GTK 4 and WebKitGTK 6, and ${name} is missing. On Debian and Ubuntu: ` +
    "sudo apt install libgtk-4-1 libwebkitgtk-6.0-4. The page works in any browser, too.";
}

/** Text as C reads it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** What the window's thread is told at its start. */
export interface WindowOrder {
  readonly url: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Becomes 1 when the window is to close. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What the window's thread tells. */
export type WindowNews =
  | { readonly kind: "opened" }
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly why: string };
