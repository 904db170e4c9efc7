/**
 * The headless client has a typed call for everything that can be asked: a new type of message without one does not compile
 * here, and each call says the type that it stands for.
 *
 * @module
 */

import { type Client, type ClientType, connect, type Welcome } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { ScriptedServer } from "./scripted_server.ts";

const WELCOME: Welcome = {
  type: "Welcome",
  username: "Anna",
  rooms: ["lobby"],
  server: "scripted/0",
  protocol: 1,
  durability: "none",
  accounts: "open",
};

/** What the client says by itself, what opens another connection, what nobody waits for, and what no server answers yet. */
type Uncalled = "Login" | "Pong" | "Transfer" | "Typing" | "Search";

const OFFER = { from: "Ben", filename: "a.txt", offer: "1" };
const THERE = { room: "lobby", seq: 1 };

const CALLS: Readonly<Record<Exclude<ClientType, Uncalled>, (client: Client) => Promise<unknown>>> =
  {
    Register: ({ accounts }) => accounts.register("correct horse"),
    Password: ({ accounts }) => accounts.changePassword("correct horse", "battery staple"),
    Devices: ({ accounts }) => accounts.devices(),
    RevokeDevice: ({ accounts }) => accounts.revokeDevice("d1"),
    Accounts: ({ accounts }) => accounts.list(),
    AddAccount: ({ accounts }) => accounts.add("Ben", "correct horse"),
    SetPassword: ({ accounts }) => accounts.setPassword("Ben", "correct horse"),
    SetRole: ({ accounts }) => accounts.setRole("Ben", "operator"),
    RemoveAccount: ({ accounts }) => accounts.remove("Ben"),
    EraseAccount: ({ accounts }) => accounts.erase("Ben"),
    Hooks: ({ hooks }) => hooks.list(),
    AddHook: ({ hooks }) => hooks.add({ name: "ci", room: "lobby" }),
    RemoveHook: ({ hooks }) => hooks.remove("ci"),
    Invitations: ({ invitations }) => invitations.list(),
    AddInvitation: ({ invitations }) => invitations.add({ room: "lobby" }),
    RevokeInvitation: ({ invitations }) => invitations.revoke("i"),
    Edit: ({ changes }) => changes.edit(THERE, "other words"),
    Delete: ({ changes }) => changes.delete(THERE),
    React: ({ changes }) => changes.react(THERE, "+1"),
    Broadcast: (client) => client.say("hello", { reply: 1 }),
    Whisper: (client) => client.whisper("Ben", "hello", { reply: 1 }),
    ListUsers: (client) => client.users("lobby"),
    ListRooms: (client) => client.rooms(),
    Join: (client) => client.join("dev"),
    Leave: (client) => client.leave("dev"),
    Topic: (client) => client.setTopic("tea"),
    History: (client) => client.history({ with: "Ben", after: 1 }),
    Read: (client) => client.markRead({ with: "Ben" }, 1),
    FileOffer: (client) => client.offerFile({ filename: "a.txt", size: 1 }, { room: "lobby" }),
    FileAccept: (client) => client.acceptFile(OFFER),
    FileReject: (client) => client.rejectFile(OFFER),
    FileProgress: (client) => client.tellProgress("1", 1),
    FileReceived: (client) => client.confirmFile(OFFER, "0".repeat(64)),
    FileCancel: (client) => client.cancelFile("1"),
    Room: ({ order }) => order.set({ access: "invite" }),
    Invite: ({ order }) => order.invite("Ben"),
    Kick: ({ order }) => order.kick({ user: "Ben" }),
    Mute: ({ order }) => order.mute({ user: "Ben" }),
    Ban: ({ order }) => order.ban({ user: "Ben" }),
    Unban: ({ order }) => order.unban({ user: "Ben" }),
    Bans: ({ order }) => order.bans(),
    Audit: ({ order }) => order.audit(),
    Report: ({ order }) => order.report({ seq: 1 }),
    Trace: ({ traces }) => traces.of({ room: "lobby", seq: 1 }),
    Inspect: (client) => client.inspect(),
    Ping: (client) => client.ping(),
  };

Deno.test("whatever can be asked has a typed call", async () => {
  using server = new ScriptedServer();
  await using client = connect({ port: server.port, name: "Anna", reconnect: false });
  await using peer = await server.accept();
  await peer.hears("Login");
  await peer.says(WELCOME);
  await client.online();
  for (const [type, call] of Object.entries(CALLS)) {
    const answer = call(client).then(() => undefined, (error: Error) => error.message);
    const { id } = await within(peer.hears(type as ClientType), type);
    await peer.says({ type: "Error", code: "invalid", msg: "refused", ...(id ? { re: id } : {}) });
    assertEquals(await within(answer, type), "refused", type);
  }
});
