/**
 * The dashboard's door: the page server and what it needs.
 *
 * @module
 */

import { type Asset, Assets, CHAT_HEADERS, readChatPage } from "./assets.ts";
import { type Entering, Entrance } from "./entrance.ts";
import { Hub, type HubOptions } from "./hub.ts";
import { type PageServer, servePages } from "./page_server.ts";

export type { AccountKeeping } from "./account.ts";
export type { Entering } from "./entrance.ts";
export type { HubOptions } from "./hub.ts";
export type { IgnoreKeeping } from "./ignored.ts";
export type { Commands, KernelSource, Listened } from "./kernel_source.ts";
export type { PageServer } from "./page_server.ts";
export { clientInspector, operatorInspector } from "./inspectors.ts";
export type { Inspector, ServerReport } from "./server_report.ts";

export { NoWindowError, openWindow, type PageWindow } from "./window.ts";

/** Where the page is. */
export interface PageAddress {
  /** Address and port of the page; port 0 for a free one. */
  readonly hostname: string;
  readonly port: number;
}

/** How to run a dashboard. */
export interface DashboardOptions extends HubOptions, PageAddress {}

/** How to run one whose user has to log in on the page. */
export interface EntranceOptions extends PageAddress {
  readonly entering: Entering;
}

/** The page that a server shows at `/`, and the headers that go with each of its files. */
export interface ChatPage {
  readonly files: ReadonlyMap<string, Asset>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads the server's own page. @param accounts Who may come in, as `serve` has it. */
export async function chatPage(accounts: string): Promise<ChatPage> {
  return { files: await readChatPage(accounts), headers: CHAT_HEADERS };
}

/**
 * Runs a dashboard. Disposing it closes pages, observer and chat client.
 *
 * @throws What `Deno.serve` throws when the address cannot be had; what was handed in is closed then as well.
 */
export async function openDashboard(
  options: DashboardOptions | EntranceOptions,
): Promise<PageServer> {
  const assets = await Assets.read();
  const hub = "entering" in options ? new Entrance(options.entering) : new Hub(options);
  try {
    const server = servePages({ ...options, hub, assets });
    return {
      ...server,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await hub[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await hub[Symbol.asyncDispose]();
    throw error;
  }
}
