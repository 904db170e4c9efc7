// deno-lint-ignore-file camelcase -- the codes are words of the wire, in snake case
/**
 * The closed set of error codes, each with the sentence that a person sees.
 *
 * Programs read the code, people read the sentence; nobody has to search English for meaning. A code
 * is never renamed and never reused. A sentence may be replaced by a more exact one where the place
 * that raises it knows more (which name, how long).
 *
 * @module
 */

/** A code of the closed union. */
export type ErrorCode =
  | "bad_frame"
  | "frame_too_large"
  | "unknown_type"
  | "invalid"
  | "login_required"
  | "name_taken"
  | "bad_name"
  | "auth_failed"
  | "not_found"
  | "not_in_room"
  | "too_long"
  | "rate_limited"
  | "slow_consumer"
  | "storage"
  | "busy"
  | "shutting_down"
  | "internal"
  | "unknown"
  | "forbidden"
  | "banned";

/** The sentence of each code. */
export const ERROR_SENTENCES: Readonly<Record<ErrorCode, string>> = {
  bad_frame: "This frame is not a JSON object in UTF-8 with a type.",
  frame_too_large: "This frame is larger than the server accepts.",
  unknown_type: "This server does not serve messages of this type.",
  invalid: "This message lacks a field or has one of the wrong form.",
  login_required: "Log in first.",
  name_taken: "This name is already taken.",
  bad_name: "This name cannot be used.",
  auth_failed: "Name and password do not fit.",
  not_found: "There is nobody and nothing of that name here.",
  not_in_room: "You are not in this room.",
  too_long: "This text is too long.",
  rate_limited: "You are sending too fast. Wait a moment.",
  slow_consumer: "You were disconnected because you read too slowly. Reconnect to go on.",
  storage: "The server cannot store messages right now. Nothing was sent.",
  busy: "The server is full. Try again later.",
  shutting_down: "The server is shutting down.",
  internal: "Something went wrong in the server. It was logged.",
  unknown: "The disk failed before it was clear whether this was stored. Nobody was told of it.",
  forbidden: "You may not do this.",
  banned: "You are banned here.",
};

/** All codes, in the order of the contract. */
export const ERROR_CODES: readonly ErrorCode[] = Object.keys(ERROR_SENTENCES) as ErrorCode[];
