/**
 * Firefox as Debian has it (ESR), driven by WebDriver BiDi: JSON over a WebSocket that it opens itself. playwright-core's own driver for it asks for
 * commands that this version does not know.
 *
 * ```text
 *   firefox --remote-debugging-port 0 ─ stderr: ws://… ─► session.new ─► a tab of its own container ─► clicks, keys, scripts
 * ```
 *
 * @module
 */

import { assert } from "../../assert.ts";
import { within } from "../../harness.ts";

/** Where Debian has it. */
export const FIREFOX = "/usr/bin/firefox-esr";

/** How long it may take to start, and a step in it, in ms: on a machine with others. */
const START_MS = 60_000;
const STEP_MS = 20_000;

/** It asks nothing of anybody but the page's server, and saves files without a question. */
const PREFERENCES: Readonly<Record<string, string | number | boolean>> = {
  "app.update.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.download.folderList": 2,
  "browser.download.always_ask_before_handling_new_types": false,
  "browser.download.alwaysOpenPanel": false,
  "browser.helperApps.neverAsk.saveToDisk": "application/octet-stream",
  "browser.safebrowsing.downloads.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "toolkit.telemetry.enabled": false,
};

type Answer = Readonly<Record<string, unknown>>;

/** A Firefox. */
export class Firefox implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #profile: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  /** What pages complained of: errors in scripts, refusals by a policy. */
  readonly complaints: string[] = [];
  #last = 0;

  private constructor(child: Deno.ChildProcess, socket: WebSocket, profile: string) {
    this.#child = child;
    this.#socket = socket;
    this.#profile = profile;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
  }

  /** Starts one. Files that it saves are in `downloads`. */
  static async launch(downloads: string): Promise<Firefox> {
    const profile = await Deno.makeTempDir({ prefix: "firefox-" });
    const all = { ...PREFERENCES, "browser.download.dir": downloads };
    const lines = Object.entries(all).map(([name, value]) =>
      `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`
    );
    await Deno.writeTextFile(`${profile}/user.js`, lines.join("\n"));
    const child = new Deno.Command(FIREFOX, {
      args: ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
      env: { HOME: profile, MOZ_DISABLE_AUTO_SAFE_MODE: "1" },
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const url = await within(addressIn(child.stderr), "Firefox's start", START_MS);
    const socket = new WebSocket(`${url}/session`);
    await within(new Promise((resolve) => socket.onopen = resolve), "Firefox's socket", STEP_MS);
    const firefox = new Firefox(child, socket, profile);
    await firefox.ask("session.new", { capabilities: {} });
    await firefox.ask("session.subscribe", { events: ["log.entryAdded"] });
    return firefox;
  }

  /** Asks it something. @throws {Error} When it refuses. */
  async ask(method: string, params: object): Promise<Answer> {
    const id = ++this.#last;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(id, waiting);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await within(waiting.promise, method, STEP_MS);
  }

  /** Opens an address in a tab that keeps nothing in common with others. */
  async open(url: string, width: number): Promise<FoxPage> {
    const { userContext } = await this.ask("browser.createUserContext", {});
    const { context } = await this.ask("browsingContext.create", { type: "tab", userContext });
    const viewport = { width, height: 740 };
    await this.ask("browsingContext.setViewport", { context, viewport });
    await this.ask("browsingContext.navigate", { context, url, wait: "complete" });
    return new FoxPage(this, context);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ask("browser.close", {}).catch(() => this.#child.kill());
    await within(this.#child.status, "Firefox's end", STEP_MS);
    this.#socket.close();
    await Deno.remove(this.#profile, { recursive: true });
  }

  #hear(
    { id, type, method, result, message, params }: {
      readonly id?: number;
      readonly type: "success" | "error" | "event";
      readonly method?: string;
      readonly result?: Answer;
      readonly message?: string;
      readonly params?: { readonly level: string; readonly text: string };
    },
  ): void {
    if (method === "log.entryAdded" && params?.level === "error") this.complaints.push(params.text);
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (type === "success") waiting?.resolve(result ?? {});
    else waiting?.reject(new Error(message));
  }
}

/** A page in it. */
export class FoxPage {
  readonly #firefox: Firefox;
  readonly #context: unknown;

  constructor(firefox: Firefox, context: unknown) {
    this.#firefox = firefox;
    this.#context = context;
  }

  /** Evaluates an expression, waits for what it promises, and gives it as JSON does. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = await this.#firefox.ask("script.evaluate", {
      expression: `Promise.resolve(${expression}).then((it) => JSON.stringify(it) ?? "null")`,
      target: { context: this.#context },
      awaitPromise: true,
      userActivation: true,
    });
    const { result, exceptionDetails } = answer as {
      readonly result?: { readonly value: string };
      readonly exceptionDetails?: { readonly text: string };
    };
    if (result === undefined) throw new Error(exceptionDetails?.text);
    return JSON.parse(result.value) as T;
  }

  /** Runs statements. */
  async run(statements: string): Promise<void> {
    await this.#firefox.ask("script.evaluate", {
      expression: statements,
      target: { context: this.#context },
      awaitPromise: false,
    });
  }

  /** Waits until an expression is true: it is looked at whenever the page changes. */
  async waitFor(expression: string): Promise<void> {
    const waiting = this.evaluate(`new Promise((resolve) => {
      const look = () => { if (${expression}) { watching.disconnect(); resolve(true); } };
      const watching = new MutationObserver(look);
      watching.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      look();
    })`);
    await waiting.catch(async (error) => {
      const shown = await this.evaluate<string>("document.body.innerText.slice(0, 2_000)");
      throw new Error(`${expression} is not true of: ${shown}`, { cause: error });
    });
  }

  /** Waits for a text on the page. */
  waitForText(text: string): Promise<void> {
    return this.waitFor(`document.body.innerText.includes(${JSON.stringify(text)})`);
  }

  /** Clicks what has that role and name, as a person does. */
  async click(role: string, name: string): Promise<void> {
    const origin = { type: "element", element: await this.#find(role, name) };
    const actions = [
      { type: "pointerMove", x: 0, y: 0, origin },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await this.#act([{ type: "pointer", id: "mouse", actions }]);
  }

  /** Clicks a field and types into it. `\n` is the Enter key. */
  async type(role: string, name: string, text: string): Promise<void> {
    await this.click(role, name);
    const keys = [...text].map((sign) => sign === "\n" ? "\ue007" : sign);
    const actions = keys.flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.#act([{ type: "key", id: "keys", actions }]);
  }

  /** Chooses a file of the disk. */
  async choose(path: string): Promise<void> {
    const { nodes } = await this.#firefox.ask("browsingContext.locateNodes", {
      context: this.#context,
      locator: { type: "css", value: "input[type=file]" },
    });
    const [element] = nodes as readonly unknown[];
    await this.#firefox.ask("input.setFiles", { context: this.#context, element, files: [path] });
  }

  async #find(role: string, name: string): Promise<unknown> {
    const { nodes } = await this.#firefox.ask("browsingContext.locateNodes", {
      context: this.#context,
      locator: { type: "accessibility", value: { role, name } },
    });
    const [node] = nodes as readonly unknown[];
    assert(node !== undefined, `There is a ${role} '${name}'`);
    return node;
  }

  async #act(actions: readonly object[]): Promise<void> {
    // Keys go to whoever is in front.
    await this.#firefox.ask("browsingContext.activate", { context: this.#context });
    await this.#firefox.ask("input.performActions", { context: this.#context, actions });
  }
}

/** Its address, out of what it prints; what comes behind is read away. */
async function addressIn(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const found = Promise.withResolvers<string>();
  void (async () => {
    let said = "";
    for await (const piece of stderr.pipeThrough(new TextDecoderStream())) {
      if (said.length < 100_000) said += piece;
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (address !== undefined) found.resolve(address);
    }
    found.reject(new Error(`Firefox has ended: ${said.slice(-500)}`));
  })();
  return await found.promise;
}
