/**
 * The transfers of a client against the disk: what the terminal client, `chat send --file` and `chat receive` run.
 *
 * @module
 */

import { type TransferAddress, waysTo } from "../../server/wire/mod.ts";
import {
  FileTransfers,
  type FileTransfersOptions,
  type Peer,
  type Place,
} from "../../server/wire/transfers/mod.ts";
import type { Owner } from "./state.ts";
import { diskPlace, type DiskPlaceOptions, fileAt } from "./disk_place.ts";

/** What transfers need. */
export type TransfersOptions =
  & Omit<FileTransfersOptions, "place" | "server" | "ways">
  & Omit<DiskPlaceOptions, "owner" | "directory">
  & {
    /** Where second connections go: the client's own server. */
    readonly server: TransferAddress;
    /** Where received files go. Without one nothing is received: whatever is offered is declined. */
    readonly directory?: string | undefined;
  };

/** The place of who only sends. */
const NOWHERE: Place = {
  begun: () => Promise.resolve(0),
  prepare: () => Promise.resolve({ kind: "refused", reason: "Nothing is received here." }),
};

/** The transfers of a client. Disposing it stops all; what has arrived stays on the disk. */
export class Transfers extends FileTransfers {
  constructor(options: TransfersOptions) {
    super({ ...options, ways: waysTo(options.server), ...taking(options) });
  }

  /** Sends a file. @returns The transfer's number; what becomes of it is news. */
  send(path: string, to: Peer): number {
    return this.offer(fileAt(path), to);
  }
}

/** Where received files go, and which are wanted. */
function taking(
  { client, directory, wants, fileBytesMax, concealed, claims }: TransfersOptions,
): Pick<FileTransfersOptions, "place" | "wants"> {
  if (directory === undefined) return { place: NOWHERE, wants: () => false };
  const owner = (): Owner | undefined => {
    const { status } = client;
    if (status.kind !== "online" || status.welcome.session === undefined) return undefined;
    return { session: status.welcome.session, name: client.name };
  };
  return { place: diskPlace({ directory, fileBytesMax, concealed, owner, claims }), wants };
}
