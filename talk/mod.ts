/**
 * What every client of people understands alike, in a terminal or on a page: slash commands, completion, mentions and
 * search. Pure: text and data go in and come out, and nobody here knows how it is shown.
 *
 * @module
 */

export { ACCOUNT, type AccountWish, mayHoldPassword } from "./account_commands.ts";
export { type ChangeWish, CHANGING, OVERTAKEN, saidMeanwhile } from "./change_commands.ts";
export {
  type Argument,
  type Bell,
  BELLS,
  type Command,
  type CommonWish,
  HISTORY_STEP,
  named,
  ON_OFF,
  type Problem,
  problem,
  TALKING,
  TENDING,
} from "./commands.ts";
export { CommandTable, type Help, type HelpRow } from "./command_table.ts";
export { type Candidates, type Completion, completionsOf, turned } from "./completing.ts";
export { deviceLines, passwordChanged } from "./device_text.ts";
export {
  aboutRoom,
  ORDER,
  type OrderAsk,
  type OrderWish,
  ROOM_SETTINGS,
} from "./order_commands.ts";
export {
  type OrderAnswer,
  orderAnswer,
  type OrderDone,
  type OrderRecord,
  orderText,
  orderToYou,
  putsOut,
  reportLines,
  reportsDeleted,
  type RoomAsShown,
  type Settings,
  settingText,
} from "./order_text.ts";
export { REACTED_SIGN, withoutSigns } from "./own_signs.ts";
export { ERASED_NAME, GUEST_SIGN, GUESTS_EXPLAINED, hookName, shownName } from "./guests.ts";
export { type Doing, IGNORED_MAX, isHidden } from "./ignoring.ts";
export { graphemes, litIn, nextMatch, searchable } from "./finding.ts";
export { type Mentioning, mentions, nextMention, type Spot } from "./mentions.ts";
export {
  type Awaiting,
  becameAccount,
  came,
  cameIn,
  type Coming,
  enteredAt,
  NEW_SINCE,
  newInRoom,
  NOTHING_NEW,
  type Reading,
  readTo,
  sawTo,
  toTell,
  unmarked,
  waitsText,
} from "./reading.ts";
export {
  beganTyping,
  endedTyping,
  isForRoom,
  NOBODY_TYPES,
  TYPING_HOLDS_MS,
  typingIn,
  typingText,
  type Typists,
} from "./typing.ts";
