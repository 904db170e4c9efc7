/**
 * Which message types this server serves, and what each costs its sender.
 *
 * A type of the contract that is not here is answered with `unknown_type`. `Login` and `Transfer` are not
 * here because they come before there is an asker; see `login.ts` and `chat_session.ts`.
 *
 * @module
 */

import type { ClientMessage, ClientType } from "../wire/mod.ts";
import { audit, bans } from "./audit.ts";
import {
  addAccount,
  eraseAccount,
  listAccounts,
  removeAccount,
  setPassword,
  setRole,
} from "./accounts.ts";
import { broadcast } from "./broadcast.ts";
import { deleteMessage, edit, react } from "./change.ts";
import { listDevices, revokeDevice } from "./devices.ts";
import { fileAccept, fileCancel, fileProgress, fileReceived, fileReject } from "./file_answer.ts";
import { fileOffer } from "./file_offer.ts";
import { history } from "./history.ts";
import { addHook, listHooks, removeHook } from "./hooks.ts";
import { addInvitation, listInvitations, revokeInvitation } from "./invitations.ts";
import { inspect } from "./inspect.ts";
import { join } from "./join.ts";
import { leave } from "./leave.ts";
import { listRooms } from "./list_rooms.ts";
import { listUsers } from "./list_users.ts";
import { ban, invite, kick, mute, unban } from "./order.ts";
import { ping, pong } from "./ping.ts";
import { read } from "./read.ts";
import { report } from "./report.ts";
import { room } from "./room.ts";
import { setOwnPassword } from "./password.ts";
import { register } from "./register.ts";
import type { Command, Effect, HallView, UserView } from "./types.ts";
import { trace } from "./trace.ts";
import { topic } from "./topic.ts";
import { typing } from "./typing.ts";
import { whisper } from "./whisper.ts";

/** Which throttle a message is counted by. */
export type Cost = "message" | "request" | "inspection" | "nothing";

interface Row<T extends ClientType> {
  readonly cost: Cost;
  readonly run: Command<T>;
}

const TABLE: { readonly [T in ClientType]?: Row<T> } = {
  Broadcast: { cost: "message", run: broadcast },
  Whisper: { cost: "message", run: whisper },
  ListUsers: { cost: "request", run: listUsers },
  ListRooms: { cost: "request", run: listRooms },
  Edit: { cost: "message", run: edit },
  Delete: { cost: "message", run: deleteMessage },
  React: { cost: "message", run: react },
  Topic: { cost: "message", run: topic },
  Join: { cost: "request", run: join },
  Leave: { cost: "request", run: leave },
  History: { cost: "request", run: history },
  Read: { cost: "request", run: read },
  // It has a pace of its own (`rooms/typing.ts`): what else its user asks for is not slower for it.
  Typing: { cost: "nothing", run: typing },
  FileOffer: { cost: "message", run: fileOffer },
  FileAccept: { cost: "request", run: fileAccept },
  FileReject: { cost: "request", run: fileReject },
  FileProgress: { cost: "request", run: fileProgress },
  FileReceived: { cost: "request", run: fileReceived },
  FileCancel: { cost: "request", run: fileCancel },
  Room: { cost: "message", run: room },
  Invite: { cost: "message", run: invite },
  Kick: { cost: "message", run: kick },
  Mute: { cost: "message", run: mute },
  Ban: { cost: "message", run: ban },
  Unban: { cost: "message", run: unban },
  Report: { cost: "message", run: report },
  Bans: { cost: "request", run: bans },
  Audit: { cost: "request", run: audit },
  Register: { cost: "request", run: register },
  Password: { cost: "request", run: setOwnPassword },
  Devices: { cost: "request", run: listDevices },
  RevokeDevice: { cost: "request", run: revokeDevice },
  Accounts: { cost: "request", run: listAccounts },
  AddAccount: { cost: "request", run: addAccount },
  SetPassword: { cost: "request", run: setPassword },
  SetRole: { cost: "request", run: setRole },
  RemoveAccount: { cost: "request", run: removeAccount },
  EraseAccount: { cost: "request", run: eraseAccount },
  Hooks: { cost: "request", run: listHooks },
  AddHook: { cost: "request", run: addHook },
  RemoveHook: { cost: "request", run: removeHook },
  Invitations: { cost: "request", run: listInvitations },
  AddInvitation: { cost: "request", run: addInvitation },
  RevokeInvitation: { cost: "request", run: revokeInvitation },
  Trace: { cost: "request", run: trace },
  Inspect: { cost: "inspection", run: inspect },
  Ping: { cost: "nothing", run: ping },
  Pong: { cost: "nothing", run: pong },
};

/** What a message costs, or `undefined` when this server does not serve its type. */
export function costOf(message: ClientMessage): Cost | undefined {
  return TABLE[message.type]?.cost;
}

/** Runs the command of a message that is served. */
export function runCommand(
  asker: UserView,
  hall: HallView,
  message: ClientMessage,
): readonly Effect[] {
  // The table pairs each type with its own command; TypeScript cannot see that through a lookup.
  const run = TABLE[message.type]?.run as Command<ClientType> | undefined;
  return run?.(asker, hall, message) ?? [];
}

/** What there is to say when a member sends a type that is not served to members; nothing where the code says it all. */
export function whyUnserved({ type }: ClientMessage): { readonly msg?: string } {
  if (type !== "Transfer") return {};
  return {
    msg: "You are logged in already: Transfer is the first message of a second connection.",
  };
}
