/**
 * People with transfers, in this process: a real server, real clients, real disks, no terminal.
 *
 * @module
 */

import type { News, Peer } from "../../../server/wire/transfers/mod.ts";
import { Transfers, type TransfersOptions } from "../../../cli/files/transfers.ts";
import { type Client, connect } from "../../../server/wire/mod.ts";
import { within } from "../../harness.ts";

/** Somebody who sends and receives. */
export interface Someone extends AsyncDisposable {
  readonly client: Client;
  readonly transfers: Transfers;
  readonly news: readonly News[];
  /** The types of all that the server said. */
  readonly heard: ReadonlySet<string>;
  /** Waits until some news is as described, also if it came before. */
  until<K extends News["kind"]>(
    kind: K,
    which?: (news: Extract<News, { kind: K }>) => boolean,
  ): Promise<Extract<News, { kind: K }>>;
  /** Sends a file and waits for its end. */
  sent(path: string, to: Peer): Promise<Extract<News, { kind: "ended" }>>;
}

/** Below a file: nobody can write there, not even root. */
const NOWHERE = `${import.meta.filename}/nowhere`;

/** How somebody behaves. */
export interface SomeoneOptions extends Partial<Omit<TransfersOptions, "client" | "onNews">> {
  readonly port: number;
  readonly name: string;
  readonly rooms?: readonly string[];
  /** Takes whatever is offered. */
  readonly takes?: boolean;
  /** The secret of the session to go on with. */
  readonly session?: string | undefined;
}

/** Lets somebody in. */
export async function someone(
  { port, name, rooms = [], takes = false, session, ...options }: SomeoneOptions,
): Promise<Someone> {
  const client = connect({
    port,
    name,
    rooms,
    ...(session === undefined ? {} : { session }),
  });
  const news: News[] = [];
  let wake = Promise.withResolvers<void>();
  const transfers: Transfers = new Transfers({
    client,
    server: { port },
    directory: NOWHERE,
    ...options,
    onNews: (one) => {
      news.push(one);
      if (one.kind === "offered" && takes) transfers.accept(one.transfer.n);
      wake.resolve();
      wake = Promise.withResolvers<void>();
    },
  });
  const heard = new Set<string>();
  const hearing = (async () => {
    for await (const event of client) {
      heard.add(event.type);
      transfers.hear(event);
    }
  })();
  await within(client.online(), `${name}'s login`);
  const person: Someone = {
    client,
    transfers,
    news,
    heard,
    async until(kind, which = () => true) {
      type Wanted = Extract<News, { kind: typeof kind }>;
      const find = () => news.find((one) => one.kind === kind && which(one as Wanted));
      for (let found = find();; found = find()) {
        if (found !== undefined) return found as Wanted;
        const told = news.map((one) => one.kind).join(", ");
        await within(
          Promise.race([wake.promise, transfers.failed]),
          `${name}'s news '${kind}' after ${told}`,
          30_000,
        );
      }
    },
    async sent(path, to) {
      const n = transfers.send(path, to);
      return await person.until("ended", ({ transfer }) => transfer.n === n);
    },
    async [Symbol.asyncDispose]() {
      await transfers[Symbol.asyncDispose]();
      await client.close();
      await hearing;
    },
  };
  return person;
}
