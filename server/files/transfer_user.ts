/**
 * What the transfer of files knows of a user: a name, how to tell it something, and its connection as a
 * carrier of raw bytes.
 *
 * @module
 */

import type { Speech } from "../codec/codec.ts";
import type {
  FoldedName,
  ServerMessage,
  StartDownload,
  StartUpload,
  UserName,
} from "../wire/mod.ts";
import type { Lane } from "./lane.ts";

/** A user's own connection, as far as it can carry files. */
export interface Inline {
  /** Whether it carries one now: there is one at a time. */
  isBusy(): boolean;
  /** Says `start`; from there on the connection carries the file's bytes. */
  open(start: StartUpload | StartDownload): Lane;
}

/** Somebody who offers or takes files. */
export interface TransferUser {
  readonly name: UserName;
  readonly key: FoldedName;
  /** The public tag of its session: a name changes hands, a session does not. */
  readonly tag: string;
  readonly speech: Speech;
  readonly inline: Inline;
  tell(message: ServerMessage): void;
  /** The same, already encoded in its way of speaking. */
  tellBytes(bytes: Uint8Array): void;
}
