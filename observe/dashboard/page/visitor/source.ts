/**
 * The page's source at the server itself: the headless client runs here, over `/ws`, and so does what the dashboard's process does
 * with its own (`conversations.ts`). To the server such a page is a client of frames like any other; it costs what that costs.
 *
 * ```text
 *   remembered? ─ yes ─► client ─ online ─► told, as a process tells it
 *        │ no              │ refused, or ended for good
 *        └──► way in ◄─────┘ with the reason
 *               └─ name, password ─► client, tried once
 * ```
 *
 * @module
 */

import {
  ChatError,
  type Client,
  type ClientEvent,
  clientOver,
  ClosedError,
  type LoginOptions,
  webSocketLine,
  type Welcome,
} from "../../../../server/wire/in_browser/mod.ts";
import { foldText } from "../../../../server/wire/names/mod.ts";
import { Conversations } from "../../conversations.ts";
import type { Answer, Asked, ChatEvent, Told } from "../../page_messages.ts";
import { type Keeper, keeperOf } from "../chat/keeper.ts";
import { forgetDrafts, keepDrafts } from "../chat/kept_drafts.ts";
import { forgetUnsent, keepUnsent } from "../chat/kept_unsent.ts";
import type { Heard, Source } from "../source.ts";
import { landed, ownFile } from "../files/files.ts";
import { Figures } from "./figures.ts";
import { VisitorFiles } from "./files.ts";
import {
  forget,
  ignore,
  ignoredNames,
  invitation,
  invite,
  remember,
  remembered,
  sessionOf,
} from "./remembered.ts";
import { asks, type WayIn } from "./way_in.ts";

/** How long what is said is gathered before it is told, in ms: a frame, so that a burst is drawn once. */
const GATHER_MS = 16;

/** A client, and what it has to do with the page. */
interface Visit {
  readonly client: Client;
  readonly conversations: Conversations;
  readonly figures: Figures;
  readonly files: VisitorFiles;
  /** The account's token, of this browser. */
  device: string | undefined;
}

/** How somebody comes in by the form. */
export type Entering = Pick<LoginOptions, "name" | "password" | "register">;

/** The source. */
export class VisitorSource implements Source {
  #heard: Heard = { onTold: () => {}, onStanding: () => {} };
  #visit: Visit | undefined;
  /** Who was in last, since the page was loaded. */
  #wasIn: string | undefined;
  #visits = 0;
  #said: ChatEvent[] = [];
  #telling: ReturnType<typeof setTimeout> | undefined;

  start(heard: Heard): void {
    this.#heard = heard;
    const who = remembered();
    if (who === undefined) return this.#ask({});
    keep(keeperOf(who.name, who.device !== undefined));
    const visit = this.#begin(who);
    this.#tellHere(visit);
  }

  async ask(asked: Asked): Promise<Answer> {
    switch (asked.type) {
      case "offer":
      case "take":
      case "decline":
      case "stop":
        return this.#visit?.files.answer(asked) ??
          { kind: "refused", sentence: "Nobody is logged in." };
      case "login":
      case "way":
      case "calls":
        return { kind: "refused", sentence: "There is nothing like that on this page." };
      default:
        return await this.#visit?.conversations.answer(asked) ??
          { kind: "refused", sentence: "Nobody is logged in." };
    }
  }

  /** Tries to come in, once. @returns Why not, as a sentence. */
  async enter(entering: Entering): Promise<string | undefined> {
    const before = this.#wasIn;
    const session = sessionOf(entering.name);
    const visit = this.#begin({ ...entering, session, patienceMs: 0 });
    try {
      const welcome = await visit.client.online();
      // What somebody else has read here is not for this one: the page begins anew, and comes in again.
      if (before !== undefined && foldText(before) !== foldText(welcome.username)) {
        remember(welcome);
        location.reload();
        return undefined;
      }
      this.#isIn(visit, welcome);
    } catch (error) {
      if (error instanceof ChatError || error instanceof ClosedError) return error.message;
      throw error;
    }
    asks(undefined);
    this.#tellHere(visit);
    return undefined;
  }

  /** Logs out: this browser needs the password again. */
  async leave(): Promise<void> {
    const visit = this.#visit;
    this.#visit = undefined;
    forget(visit?.device);
    invite(undefined);
    forgetWords();
    if (visit === undefined) return;
    const { client } = visit;
    const { status } = client;
    const device = status.kind === "online" ? status.welcome.deviceId : undefined;
    // When it cannot be said now, nobody has the token any more all the same.
    if (device !== undefined) await client.accounts.revokeDevice(device).catch(() => {});
    await client.close();
    // The reader's rooms are gone from memory with the page.
    location.reload();
  }

  /** Asks who comes in. */
  #ask(what: WayIn): void {
    asks({ ...what, invited: invitation() !== undefined });
  }

  #begin(options: LoginOptions): Visit {
    const url = new URL("/ws?page", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const deviceName = deviceNamed(navigator.userAgent);
    const shown = invitation();
    const client = clientOver(webSocketLine(url), {
      ...options,
      typing: true,
      deviceName,
      ...(shown === undefined ? {} : { invitation: shown }),
    });
    const conversations = new Conversations({
      client,
      where: location.host,
      keeping: {
        machine: deviceName,
        keep: (welcome) => Promise.resolve(this.#isIn(visit, welcome)),
        ignored: ignoredNames(options.name),
        ignore: (name, on) => Promise.resolve(ignore(client.name, name, on)),
      },
      told: (state) => {
        if (this.#visit !== visit) return;
        this.#flush();
        this.#heard.onTold(state);
      },
      said: (event) => {
        if (this.#visit === visit) this.#say(event);
      },
    });
    const figures = new Figures(client, (told) => {
      if (this.#visit === visit) this.#heard.onTold(told);
    });
    const files = new VisitorFiles({
      client,
      visit: ++this.#visits,
      ownFile,
      changed: (file) => {
        if (this.#visit === visit) this.#heard.onTold({ type: "file", file });
      },
      landed,
    });
    const { device } = options;
    const visit: Visit = { client, conversations, figures, files, device };
    this.#visit = visit;
    void this.#follow(visit);
    return visit;
  }

  async #follow(visit: Visit): Promise<void> {
    for await (const event of visit.client) {
      if (this.#visit === visit) this.#hear(visit, event);
    }
  }

  /** Somebody is in: the browser knows them again, and what it keeps is theirs. */
  #isIn(visit: Visit, welcome: Welcome): void {
    remember(welcome);
    visit.device = welcome.device ?? visit.device;
    keep(keeperOf(welcome.username, welcome.account === true));
  }

  #hear(visit: Visit, event: ClientEvent): void {
    const { client, conversations, figures, files } = visit;
    files.hear(event);
    if (event.type === "Status" && event.status.kind === "online") {
      this.#isIn(visit, event.status.welcome);
      this.#wasIn = event.status.welcome.username;
      if (event.status.welcome.account === true) void figures.begin();
    } else if (event.type === "Status") figures.end();
    if (event.type === "NewMessage") figures.heard(event.room, event.content);
    if (event.type === "Renamed" && client.status.kind === "online") {
      this.#isIn(visit, { ...client.status.welcome, username: event.username });
    }
    if (event.type === "Status" && event.status.kind === "closed") {
      // Whatever it was, only its reader can do something about it.
      const { reason: why } = event.status;
      client.online().catch((error) => {
        if (!(error instanceof ChatError)) return;
        // What was shown proves nobody any more, or lets nobody in.
        if (error.code === "auth_failed") {
          forget(visit.device);
          // A wrong password at the form is no logout.
          if (visit.device !== undefined) forgetWords();
        }
        if (error.code === "forbidden") invite(undefined);
      }).finally(() => this.#ask({ name: client.name, why }));
      return;
    }
    conversations.hear(event);
  }

  #tellHere({ conversations }: Visit): void {
    this.#flush();
    this.#heard.onStanding("open");
    this.#heard.onTold({ type: "here", ...conversations.standing });
  }

  #say(event: ChatEvent): void {
    this.#said.push(event);
    this.#telling ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    const events = this.#said;
    this.#said = [];
    const told: Told = { type: "chat", events };
    if (events.length > 0) this.#heard.onTold(told);
  }
}

/** What is written and not said is theirs from now on. */
function keep(of: Keeper): void {
  keepDrafts(of);
  keepUnsent(of);
}

function forgetWords(): void {
  forgetDrafts();
  forgetUnsent();
}

/** What this browser is called in its owner's list: as much of it as a person recognises. */
function deviceNamed(agent: string): string {
  const browser = /Firefox|Edg|OPR|Chrome|Safari/.exec(agent)?.[0] ?? "browser";
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent)?.[0];
  const name = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
  return system === undefined ? name : `${name} on ${system}`;
}
