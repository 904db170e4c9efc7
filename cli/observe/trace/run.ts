/**
 * Runs `chat observe --message` and `--slowest`: finds both ends, watches them, asks the server, joins, prints.
 *
 * Who is there is asked of the system first; then every permission is given up but those to talk with the server and the kernel.
 *
 * @module
 */

import { chainOf, type KernelView } from "../../../observe/trace/mod.ts";
import { ChatError, type Client, type TraceReport } from "../../../server/wire/mod.ts";
import { asOperator } from "../../account/operator.ts";
import { EXIT, Failure } from "../../failure.ts";
import { outputColumns, print, printError } from "../../streams.ts";
import { safeText } from "../../tty/safe.ts";
import { type Address, showAddress } from "../../values.ts";
import { MESSAGE_S_DEFAULT, SLOWEST_S_DEFAULT } from "../limits.ts";
import { askForMessage } from "./ask.ts";
import { messageJson } from "./message_json.ts";
import type { Wanted } from "./values.ts";
import { type KernelWatch, watchKernel, whoIsThere } from "./watch.ts";
import { waterfallText } from "./waterfall.ts";

/** What was asked for. */
export interface MessageFlags {
  readonly server: Address;
  /** The directory in which the operator's token may lie. */
  readonly data: string;
  /** In seconds. */
  readonly duration?: number | undefined;
  readonly json: boolean;
  readonly top: number;
}

/** Follows one message, and prints its way. @throws {Failure} In one sentence, with the contract's exit code. */
export async function runMessage(wanted: Wanted, flags: MessageFlags): Promise<void> {
  const { server, data } = flags;
  const who = await whoIsThere(server);
  await asOperator({ server, data }, async (client, signal) => {
    await using watch = await watchKernel(who, server.port);
    const report = await reportOf(client, wanted, { flags, watch, signal });
    await watch.end();
    const chain = chainOf(report, kernelOf(report, watch));
    const { json, top } = flags;
    print(json ? messageJson(chain) : waterfallText(chain, { columns: outputColumns(), top }));
  }, { runs: true, permissions: ["ffi"] });
}

interface Circumstances {
  readonly flags: MessageFlags;
  readonly watch: KernelWatch;
  readonly signal: AbortSignal;
}

async function reportOf(
  client: Client,
  wanted: Wanted,
  { flags, watch, signal }: Circumstances,
): Promise<TraceReport> {
  const { which } = wanted;
  const seconds = flags.duration ?? (which === "slowest" ? SLOWEST_S_DEFAULT : MESSAGE_S_DEFAULT);
  try {
    const report = await askForMessage(client.traces, wanted, {
      waitMs: seconds * 1_000,
      signal,
      onMarked: () => printError(waitingText(wanted, seconds)),
      isUnread: (report) =>
        chainOf(report, watch.view()).branches.some(({ waits }) => waits === "program"),
    });
    if (report !== undefined) return report;
  } catch (error) {
    if (signal.aborted) throw stopped(error);
    if (!(error instanceof ChatError) || error.code !== "unknown_type") throw error;
    throw new Failure(
      `The server at ${
        showAddress(flags.server)
      } is older than this program: it cannot follow messages.`,
      EXIT.failed,
      { cause: error },
    );
  }
  if (signal.aborted) throw stopped();
  throw new Failure(
    which === "seq"
      ? `${
        safeText(wanted.room)
      }/${wanted.seq} was not said in ${seconds} s: messages are followed only from when somebody asks for it.`
      : `Nothing was said in ${seconds} s.`,
  );
}

function stopped(cause?: unknown): Failure {
  return new Failure("Stopped before the message was said.", EXIT.interrupted, { cause });
}

function waitingText(wanted: Wanted, seconds: number): string {
  const { which } = wanted;
  const what = which === "slowest"
    ? `Looking for the slowest message of ${seconds} s`
    : which === "seq"
    ? `Waiting for ${safeText(wanted.room)}/${wanted.seq}, ${seconds} s at most`
    : `Waiting for the next message${
      wanted.room === undefined ? "" : ` in ${safeText(wanted.room)}`
    }, ${seconds} s at most`;
  return `${what}…\n`;
}

/** What the kernel tells of it; of a message that was marked for somebody else before, nothing. */
function kernelOf(report: TraceReport, watch: KernelWatch): KernelView {
  const view = watch.view();
  if (view === undefined) return { calls: [], why: watch.why ?? "The kernel is not watched." };
  const isEarlier = report.clock.kind === "machine" && report.accepted < watch.since;
  if (!isEarlier) return view;
  return { ...view, why: "It was said before the kernel was watched." };
}
