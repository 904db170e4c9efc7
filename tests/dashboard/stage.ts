/**
 * A chat server, a dashboard beside it, and a browser that looks at it.
 *
 * @module
 */

import { chromium, type Page } from "playwright-core";
import {
  type KernelSource,
  openDashboard,
  operatorInspector,
  type PageServer,
} from "../../observe/dashboard/mod.ts";
import type { ServeOptions } from "../../server/mod.ts";
import { type Client, connect } from "../../server/wire/mod.ts";
import { startServer, type TestServer, within } from "../harness.ts";

/** Where Debian has the browser. */
export const CHROMIUM = "/usr/bin/chromium";
const TOKEN = "a token for this stage only";

/** A browser that asks nothing of anybody but the page's server. */
export const BROWSER_FLAGS: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A server and its dashboard. */
export interface Stage extends AsyncDisposable {
  readonly server: TestServer;
  readonly dashboard: PageServer;
  /** `http://127.0.0.1:PORT`, without the token. */
  readonly origin: string;
  readonly token: string;
  /** Logs somebody in. Whoever is logged in is logged out with the stage. */
  readonly enter: (name: string, rooms?: readonly string[]) => Promise<Client>;
}

/** How a stage is set. */
export interface StageOptions {
  readonly kernel?: KernelSource;
  /** The reader's name. */
  readonly name?: string;
  readonly rooms?: readonly string[];
  /** The password of the reader's account, which `before` made. */
  readonly password?: string;
  /** What happens before the reader comes in. */
  readonly before?: (port: number) => Promise<void>;
  readonly serve?: ServeOptions;
  /** Where the page is. */
  readonly hostname?: string;
}

/** Sets the stage. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const { name = "Reader", rooms = [], serve = {}, hostname = "127.0.0.1" } = options;
  const server = startServer({ operatorToken: TOKEN, ...serve });
  const { port } = server;
  await options.before?.(port);
  const { password } = options;
  const proof = password === undefined ? {} : { password };
  const client = connect({ port, name, operator: TOKEN, ...proof });
  await within(client.online(), "the dashboard's login");
  const absent = { kind: "absent", why: "No process is watched.", remedy: "Use --pid." } as const;
  const dashboard = await openDashboard({
    client,
    rooms,
    server: { port },
    where: `127.0.0.1:${port}`,
    kernel: options.kernel ?? absent,
    inspector: operatorInspector(client),
    hostname,
    port: 0,
  });
  const url = new URL(dashboard.url);
  const others: Client[] = [];
  return {
    server,
    dashboard,
    origin: url.origin,
    token: url.hash.slice(1),
    async enter(name, rooms = []) {
      const other = connect({ port, name, rooms });
      others.push(other);
      await within(other.online(), `the login of ${name}`);
      return other;
    },
    async [Symbol.asyncDispose]() {
      await dashboard[Symbol.asyncDispose]();
      await Promise.all(others.map((other) => other.close()));
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A page in a browser of its own. */
export interface Look extends AsyncDisposable {
  readonly page: Page;
  /** What the page complained of: errors in scripts, refusals by its policy. */
  readonly complaints: readonly string[];
}

/** How to look. */
export interface LookOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  readonly touch?: boolean;
}

/** Opens a URL in a browser. */
export async function look(url: string, options: LookOptions = {}): Promise<Look> {
  const { width = 1440, height = 900, scheme = "light", touch = false } = options;
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...BROWSER_FLAGS],
  });
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    hasTouch: touch,
    deviceScaleFactor: touch ? 2 : 1,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    complaints,
    async [Symbol.asyncDispose]() {
      await browser.close();
    },
  };
}

/** What axe finds, one line each. */
const AXE = `axe.run().then(({ violations }) =>
  violations.map(({ id, impact, nodes }) => impact + " " + id + ": " + nodes[0]?.html))`;

/** What keeps people out who cannot see the page or point at it. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(await Deno.readTextFile(new URL(import.meta.resolve("axe-core/axe.min.js"))));
  const found: string[] = await page.evaluate(AXE);
  return found.filter((one) => /^(serious|critical)/.test(one));
}
