/**
 * The shapes that have files of their own, together; see `schemas.ts`.
 *
 * @module
 */

import { HOOK_REPLIES, HOOK_REQUESTS } from "./hook_schemas.ts";
import { INVITATION_REPLIES, INVITATION_REQUESTS } from "./invitation_schemas.ts";
import type { MessageShape } from "./message_shapes.ts";
import type {
  ClientHookMessage,
  ClientInvitationMessage,
  OrderReply,
  OrderRequest,
  ServerHookMessage,
  ServerInvitationMessage,
  ServerTraceMessage,
  Trace,
} from "./messages.ts";
import { ORDER_REPLIES, ORDER_REQUESTS } from "./order_schemas.ts";
import { TRACE_REPLIES, TRACE_REQUESTS } from "./trace_schemas.ts";

/** What clients send of these. */
export type FurtherRequest = OrderRequest | ClientHookMessage | ClientInvitationMessage | Trace;
/** What servers send of these. */
export type FurtherReply =
  | OrderReply
  | ServerHookMessage
  | ServerInvitationMessage
  | ServerTraceMessage;

/** Of a client's. */
export const FURTHER_REQUESTS: readonly MessageShape<string, FurtherRequest>[] = [
  ...ORDER_REQUESTS,
  ...HOOK_REQUESTS,
  ...INVITATION_REQUESTS,
  ...TRACE_REQUESTS,
];
/** Of a server's. */
export const FURTHER_REPLIES: readonly MessageShape<string, FurtherReply>[] = [
  ...ORDER_REPLIES,
  ...HOOK_REPLIES,
  ...INVITATION_REPLIES,
  ...TRACE_REPLIES,
];
