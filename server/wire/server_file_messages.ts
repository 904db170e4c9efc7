/**
 * What a server sends about files. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type { Reply } from "./server_messages.ts";

/** Somebody offers a file. */
export interface FileOffered extends Reply {
  /** Tells which message this is. */
  type: "FileOffer";
  /** The sender's name. */
  from: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** The file's size in bytes. */
  size: number;
  /** The whole file's SHA-256, in hexadecimal, as its sender says. */
  sha256?: string;
  /** Additive: names the offer, since two may have the same file name. */
  offer?: string;
  /** Additive: the room to which it is offered. */
  room?: string;
}

/** Additive: an offer, or the answer to one, was taken; sent to whoever gave that message an `id`. */
export interface OfferAck extends Reply {
  /** Tells which message this is. */
  type: "OfferAck";
  /** Names the offer. */
  offer: string;
  /** For an offer: how many were told of it whose client can take files. */
  users?: number;
}

/** The offered file is wanted. */
export interface FileAccepted extends Reply {
  /** Tells which message this is. */
  type: "FileAccept";
  /** Who answered the offer. */
  by: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** The first byte that is wanted; those before it are there already. */
  offset?: number;
  /** Additive: which offer. */
  offer?: string;
  /** Additive: whether `FileProgress` will follow, so that what was sent need not be taken for what has arrived. */
  progress?: boolean;
  /** Additive: the public tag of the session that takes it. */
  tag?: string;
}

/** The offered file is not wanted, or cannot be taken. */
export interface FileRejected extends Reply {
  /** Tells which message this is. */
  type: "FileReject";
  /** Who answered the offer. */
  by: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** Additive: which offer. */
  offer?: string;
  /** Additive: why, as the receiver's client says (see `FileReject.reason` of a client). */
  reason?: string;
}

/** Additive: a receiver says how much of the file it has; to a sender beside the conversation only. */
export interface FileProgressed extends Reply {
  /** Tells which message this is. */
  type: "FileProgress";
  /** Who has so much. */
  by: string;
  /** Which offer. */
  offer: string;
  /** Bytes from the beginning, at most the file's size. */
  done: number;
}

/** Additive: a receiver says that the file is whole on its disk. */
export interface FileArrived extends Reply {
  /** Tells which message this is. */
  type: "FileReceived";
  /** Who has it. */
  by: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** Which offer. */
  offer: string;
  /** Of the file as it lies on the receiver's disk, in hexadecimal: to be compared with one's own. */
  sha256: string;
}

/** Additive: an offer is over, or its transfer ended before the last byte. */
export interface FileCancelled extends Reply {
  /** Tells which message this is. */
  type: "FileCancel";
  /** Which offer. */
  offer: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** The other side: for the sender, the receiver for whom it is over; absent when it is for all. */
  by?: string;
  /** Why: a sentence for people. */
  msg: string;
  /** Whether the offer still stands: the receiver may accept it again and go on where it stopped. */
  again?: boolean;
  /** Whether it is over only because the other side has left: once it is back, the sender may offer again. */
  left?: boolean;
}

/** From here on the sender's connection carries `size - offset` raw bytes. */
export interface StartUpload extends Reply {
  /** Tells which message this is. */
  type: "StartUpload";
  /** The receiver's name; the room's, when it was offered to one. */
  to: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** The file's size in bytes. */
  size: number;
  /** The first byte that is wanted; those before it are there already. */
  offset: number;
  /** Additive: which offer. */
  offer?: string;
  /** Additive: the bytes go over a connection that begins with this (see `Transfer`), not over this one. */
  token?: string;
}

/** After this frame, `size - offset` raw bytes follow on the receiver's connection. */
export interface StartDownload extends Reply {
  /** Tells which message this is. */
  type: "StartDownload";
  /** The sender's name. */
  from: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** The file's size in bytes. */
  size: number;
  /** The first byte that is wanted; those before it are there already. */
  offset: number;
  /** Additive: which offer. */
  offer?: string;
  /** Additive: the bytes come over a connection that begins with this (see `Transfer`), not over this one. */
  token?: string;
}

/** The last byte was relayed. */
export interface FileDone extends Reply {
  /** Tells which message this is. */
  type: "FileDone";
  /** The file's name, as its sender calls it. */
  filename: string;
  /** The file's size in bytes. */
  size: number;
  /**
   * The file's SHA-256, in hexadecimal: as its offer said, unchecked; if that said none, of what the server
   * relayed.
   */
  sha256: string;
  /** Additive: which offer. */
  offer?: string;
  /** Additive, for the sender: who has it now. */
  by?: string;
  /** Additive: `sha256` is of the bytes from here to the end only. */
  offset?: number;
}
