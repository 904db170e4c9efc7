/**
 * The transfers of a client against the disk: what the terminal client, `chat send --file` and `chat receive` run.
 *
 * @module
 */

import {
  FileTransfers,
  type FileTransfersOptions,
  type Peer,
} from "../../server/wire/transfers/mod.ts";
import { diskPlace, type DiskPlaceOptions, fileAt } from "./disk_place.ts";

/** What transfers need. */
export type TransfersOptions =
  & Omit<FileTransfersOptions, "place">
  & Omit<DiskPlaceOptions, "session">;

/** The transfers of a client. Disposing it stops all; what has arrived stays on the disk. */
export class Transfers extends FileTransfers {
  constructor({ directory, fileBytesMax, concealed, claims, ...options }: TransfersOptions) {
    const session = (): string | undefined => {
      const { status } = options.client;
      return status.kind === "online" ? status.welcome.session : undefined;
    };
    const place = diskPlace({ directory, fileBytesMax, concealed, session, claims });
    super({ ...options, place });
  }

  /** Sends a file. @returns The transfer's number; what becomes of it is news. */
  send(path: string, to: Peer): number {
    return this.offer(fileAt(path), to);
  }
}
