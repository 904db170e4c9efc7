/**
 * Lets the page be installed, and open without a network: starts its service worker where a browser has such.
 *
 * The page's policy forbids to make scripts' addresses of texts; the one exception is this address.
 *
 * @module
 */

const PATH = "/sw.js";

/** What is used of Trusted Types. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (text: string) => string },
  ): { createScriptURL(text: string): string };
}

/** Starts it. A browser that refuses has a page like any other. */
export function startWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("worker", {
    createScriptURL(text) {
      if (text !== PATH) throw new TypeError("Only the page's own worker may be started");
      return text;
    },
  });
  navigator.serviceWorker.register(policy?.createScriptURL(PATH) ?? PATH).catch(() => {});
}
