/**
 * The shapes of the messages about invitations; see `schemas.ts`.
 *
 * @module
 */

import { INVITATION_SECONDS_MAX, INVITATION_USES_MAX } from "./limits.ts";
import {
  type Agree,
  count,
  fromClient,
  fromServer,
  type MessageShape,
  moment,
} from "./message_shapes.ts";
import type { ClientInvitationMessage, ServerInvitationMessage } from "./messages.ts";
import { list, object, type Of, option, text, whole } from "./shapes.ts";

const clientSchemas = [
  fromClient("Invitations", {}),
  fromClient("AddInvitation", {
    room: option(text),
    uses: option(whole(1, INVITATION_USES_MAX)),
    seconds: option(whole(1, INVITATION_SECONDS_MAX)),
  }),
  fromClient("RevokeInvitation", { invitation: text }),
] as const;

const invitation = object({
  id: text,
  room: option(text),
  uses: count,
  used: count,
  until: moment,
  created: moment,
  by: text,
});

const serverSchemas = [
  fromServer("InvitationList", { invitations: list(invitation) }),
  fromServer("InvitationAdded", { invitation, token: text }),
] as const;

true satisfies Agree<ClientInvitationMessage, Of<(typeof clientSchemas)[number]["shape"]>>;
true satisfies Agree<ServerInvitationMessage, Of<(typeof serverSchemas)[number]["shape"]>>;

/** What clients send. */
export const INVITATION_REQUESTS: readonly MessageShape<string, ClientInvitationMessage>[] =
  clientSchemas;
/** What servers answer. */
export const INVITATION_REPLIES: readonly MessageShape<string, ServerInvitationMessage>[] =
  serverSchemas;
