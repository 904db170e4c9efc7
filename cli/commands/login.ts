/**
 * `chat login`: proves that a name is somebody's, and keeps what the server gives for that.
 *
 * @module
 */

import type { Command } from "@commander-js/extra-typings";
import { passwordFileOption } from "../account/password.ts";
import { inviteOption, nameOption, serverOption } from "../log_in.ts";
import { tlsCaOption, tlsOption } from "../tls/dial_options.ts";
import { type Address, address } from "../values.ts";

/** Says what it takes, and what it does. */
export function define(command: Command): void {
  command
    .argument("[host:port]", "the chat server", address)
    .addOption(serverOption())
    .addOption(tlsOption())
    .addOption(tlsCaOption())
    .addOption(nameOption())
    .option("--register", "make the name an account", false)
    .addOption(inviteOption())
    .addOption(passwordFileOption())
    .option("--token-file <path>", "keep the token in this file instead: for a bot elsewhere")
    .addHelpText(
      "after",
      `
The password is asked for, or comes from CHAT_PASSWORD or --password-file. The server gives this machine a token for it, which
is kept in ~/.local/state/chat/devices for you alone. chat connect, send, receive and dashboard use it by themselves.

Examples:
  chat login --register -n Anna                 make Anna yours
  chat login chat.example.org -n Anna           the same on another machine
  chat login chats://chat.example.org --register -n Anna --invite TOKEN
                                                where whoever runs it makes the accounts
  CHAT_PASSWORD=… chat login -n ci --token-file ci.token
                                                a token for a bot: chat send --token-file ci.token …`,
    )
    .action(login);
}

interface LoginFlags {
  readonly server: Address;
  readonly name?: string | undefined;
  readonly register: boolean;
  readonly invite?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly tokenFile?: string | undefined;
}

async function login(positional: Address | undefined, flags: LoginFlags): Promise<void> {
  const { logInToAccount } = await import("../account/log_in_to_account.ts");
  await logInToAccount({ ...flags, server: positional ?? flags.server });
}
