/**
 * What a client asks about accounts: its own, and, for operators, those of others.
 *
 * Each of these questions belongs to the connection it is asked over: after a break none is asked again, since it may hold a
 * password, or be done already.
 *
 * @module
 */

import type {
  AccountList,
  AccountRole,
  Ack,
  ClientAccountMessage,
  DeviceList,
  ErasureReport,
  ServerMessage,
  Welcome,
} from "./messages.ts";
import { allAccounts } from "./whole_list.ts";

/** What the calls need. */
export interface AccountCallsParts {
  /** The name that one has, when one is online. */
  readonly name: () => Promise<string>;
  /** Asks the server. @throws {ChatError | ClosedError} Through the promise. */
  readonly ask: <A extends ServerMessage>(
    question: ClientAccountMessage,
    how: { readonly told?: (answer: ServerMessage) => void; readonly urgent: boolean },
  ) => Promise<A>;
  /** The name that one has is one's account from now on. */
  readonly proved: (welcome: Welcome) => void;
}

/** How something is asked that no other connection may repeat. */
const ONCE = { urgent: true } as const;

/**
 * The calls about accounts. All of them throw a `ChatError` when they are refused, and a `ClosedError` when the connection
 * breaks before the answer; its `unknown` says whether it may be done all the same.
 */
export class AccountCalls {
  readonly #parts: AccountCallsParts;

  /** Makes them. */
  constructor(parts: AccountCallsParts) {
    this.#parts = parts;
  }

  /**
   * Makes one's own name, which is a guest's, an account. The connection stays, and is the account's from now on.
   *
   * @param deviceName What this device is called in its owner's list.
   * @returns The welcome, with the token of this device.
   * @throws {ChatError} `name_taken`; `invalid` for a password that cannot be one; `rate_limited`.
   */
  async register(password: string, deviceName?: string): Promise<Welcome> {
    const { name, proved } = this.#parts;
    const username = await name();
    const called = deviceName === undefined ? {} : { deviceName };
    return await this.#parts.ask<Welcome>({ type: "Register", username, password, ...called }, {
      ...ONCE,
      told: (answer) => {
        if (answer.type === "Welcome") proved(answer);
      },
    });
  }

  /** Gives one's account another password. @throws {ChatError} `auth_failed` when `old` is not the one it has. */
  changePassword(old: string, password: string): Promise<Ack> {
    return this.#ask({ type: "Password", old, password });
  }

  /** The devices of one's account, the one that was seen last first. */
  devices(): Promise<DeviceList> {
    return this.#ask({ type: "Devices" });
  }

  /** Takes a device's token away and ends its connections. @param id Its short id. @throws {ChatError} `not_found`. */
  revokeDevice(id: string): Promise<Ack> {
    return this.#ask({ type: "RevokeDevice", device: id });
  }

  /** All accounts, for operators. @throws {ChatError} `forbidden` for others, as of the calls below. */
  list(): Promise<AccountList> {
    return allAccounts((after) => this.#ask<AccountList>({ type: "Accounts", ...after }));
  }

  /** Makes a name an account. @throws {ChatError} `name_taken`, `bad_name`, `invalid`. */
  add(name: string, password: string, role?: AccountRole): Promise<Ack> {
    const may = role === undefined ? {} : { role };
    return this.#ask({ type: "AddAccount", username: name, password, ...may });
  }

  /** Gives an account another password, and takes the tokens of its devices. @throws {ChatError} `not_found`. */
  setPassword(name: string, password: string): Promise<Ack> {
    return this.#ask({ type: "SetPassword", username: name, password });
  }

  /** Says what an account may do. @throws {ChatError} `not_found`. */
  setRole(name: string, role: AccountRole): Promise<Ack> {
    return this.#ask({ type: "SetRole", username: name, role });
  }

  /** Takes an account away, and ends its connections. @throws {ChatError} `not_found`. */
  remove(name: string): Promise<Ack> {
    return this.#ask({ type: "RemoveAccount", username: name });
  }

  /**
   * Takes an account away, and with it what it said and whispered. Waits until all of that is done.
   *
   * @param options `count`: only counts what there is (default: no).
   * @throws {ChatError} `not_found`; `storage` when it cannot be done to the end now: the server goes on with it by itself.
   */
  erase(
    name: string,
    { count = false }: { readonly count?: boolean } = {},
  ): Promise<ErasureReport> {
    return this.#ask({ type: "EraseAccount", username: name, ...(count ? { count } : {}) });
  }

  #ask<A extends ServerMessage>(question: ClientAccountMessage): Promise<A> {
    return this.#parts.ask<A>(question, ONCE);
  }
}
