/**
 * Whether an answer is one to its question: a server may be of another kind, or lie, and nobody is to believe that his
 * words are stored because something came back.
 *
 * @module
 */

import type { ClientMessage, ServerMessage } from "./messages.ts";
import { foldText } from "./names/mod.ts";

/** What answers a question when it is no refusal. The answers about files are looked at where files are sent. */
const ANSWERS: Partial<Record<ClientMessage["type"], ServerMessage["type"]>> = {
  Broadcast: "Ack",
  Whisper: "PrivateSent",
  Join: "Ack",
  Topic: "Ack",
  React: "Ack",
  ListUsers: "UserList",
  ListRooms: "RoomList",
  History: "HistoryPage",
  Read: "Ack",
  Inspect: "Inspection",
  Register: "Welcome",
  Password: "Ack",
  Devices: "DeviceList",
  RevokeDevice: "Ack",
  Accounts: "AccountList",
  AddAccount: "Ack",
  SetPassword: "Ack",
  SetRole: "Ack",
  RemoveAccount: "Ack",
  EraseAccount: "Erasure",
  Invite: "Ack",
  Kick: "Ack",
  Mute: "Ack",
  Ban: "Ack",
  Unban: "Ack",
  Bans: "BanList",
  Audit: "AuditPage",
  Report: "Ack",
  Ping: "Pong",
};

/** Whether `answer` is a refusal, or what the protocol gives as the answer to `question`. */
export function answers(question: ClientMessage, answer: ServerMessage): boolean {
  if (answer.type === "Error") return true;
  if (answer.type !== (ANSWERS[question.type] ?? answer.type)) return false;
  if (question.type === "Broadcast" && answer.type === "Ack") {
    const { room = answer.room } = question;
    // Seqs begin with 1.
    return answer.seq > 0 && foldText(answer.room) === foldText(room);
  }
  if (question.type === "Whisper" && answer.type === "PrivateSent") {
    return answer.seq > 0 && foldText(answer.to) === foldText(question.to);
  }
  if (question.type === "Room") {
    const { type: _, id: __, room: ___, ...settings } = question;
    return answer.type === (Object.keys(settings).length === 0 ? "Room" : "Ack");
  }
  // What was whispered is answered by what the other one is told.
  const changed = { Edit: "MessageEdited", Delete: "MessageDeleted" } as const;
  if (question.type === "Edit" || question.type === "Delete") {
    return answer.type === (question.with === undefined ? "Ack" : changed[question.type]);
  }
  return true;
}
