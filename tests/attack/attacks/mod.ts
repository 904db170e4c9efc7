/**
 * All attacks, in the order in which they run. Adding one: its bytes in one of these files or a new one, and its name here.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import {
  churn,
  halfClosed,
  hastyLogins,
  logClosed,
  logins,
  loginsFromOne,
  logUnread,
  tooLarge,
} from "./churn.ts";
import { fuzzBytes, fuzzFrames, fuzzHttp, fuzzWebSockets } from "./fuzz.ts";
import {
  allPlaces,
  deafMembers,
  fewDescriptors,
  halfFrames,
  silent,
  slowLoris,
  slowWebSockets,
} from "./holding.ts";
import {
  controlPings,
  endlessMessage,
  fragments,
  httpHeader,
  httpRequests,
  slowHttp,
  webPings,
} from "./web.ts";
import {
  drippingUploads,
  fileReceived,
  idleAcceptances,
  offersAndCancels,
  offersToAll,
  tokenGuesses,
} from "./files.ts";
import { badFrames, jsonArrays, jsonDepth, jsonDigits, jsonKeys } from "./parsing.ts";
import {
  namesAndWhispers,
  newStreams,
  operatorGuesses,
  sessionGuesses,
  takenNames,
} from "./strangers.ts";
import {
  aboveTheRate,
  emptyHistories,
  inspections,
  pingFlood,
  refusedBroadcasts,
  replayedId,
  unknownTypes,
  whispersToNobody,
} from "./answers.ts";
import { histories, historyUnread, roomLists, roomListsUnread, userLists } from "./lists.ts";
import { comingAndGoing, crowd, inAndOut, resumes, roomsFilled, topicChanges } from "./rooms.ts";
import { lookAlikes, mediumMarks, stackedMarks, wideLigatures } from "./names.ts";
import { killedServer, stoppedClients, stoppedServer } from "./processes.ts";
import { controlCharacters, emptyLines, endlessLine, textLists, textSpaces } from "./text.ts";
import {
  httpBodies,
  nameTaken,
  openedAndLeft,
  pingsUnread,
  replacedSessions,
  resumeMaps,
  tinyWrites,
  whisperStorm,
} from "./ways.ts";

/** All of them. */
export const attacks: readonly Attack[] = [
  pingFlood,
  refusedBroadcasts,
  aboveTheRate,
  replayedId,
  unknownTypes,
  inspections,
  emptyHistories,
  whispersToNobody,
  jsonArrays,
  jsonDepth,
  jsonKeys,
  jsonDigits,
  badFrames,
  stackedMarks,
  wideLigatures,
  mediumMarks,
  lookAlikes,
  textSpaces,
  emptyLines,
  textLists,
  endlessLine,
  controlCharacters,
  httpHeader,
  slowHttp,
  httpRequests,
  fragments,
  controlPings,
  endlessMessage,
  webPings,
  roomLists,
  roomListsUnread,
  userLists,
  historyUnread,
  histories,
  roomsFilled,
  comingAndGoing,
  inAndOut,
  resumes,
  topicChanges,
  crowd,
  churn,
  hastyLogins,
  logins,
  loginsFromOne,
  tooLarge,
  logUnread,
  logClosed,
  halfClosed,
  halfFrames,
  slowLoris,
  slowWebSockets,
  silent,
  allPlaces,
  fewDescriptors,
  deafMembers,
  idleAcceptances,
  fileReceived,
  offersToAll,
  offersAndCancels,
  tokenGuesses,
  drippingUploads,
  operatorGuesses,
  namesAndWhispers,
  newStreams,
  takenNames,
  sessionGuesses,
  fuzzFrames,
  fuzzWebSockets,
  fuzzBytes,
  fuzzHttp,
  pingsUnread,
  tinyWrites,
  replacedSessions,
  resumeMaps,
  nameTaken,
  whisperStorm,
  httpBodies,
  openedAndLeft,
  stoppedClients,
  stoppedServer,
  killedServer,
];
