/**
 * What `chat mark` does.
 *
 * @module
 */

import { ChatError } from "../../server/wire/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { print } from "../streams.ts";
import { asOperator, type Where } from "./operator.ts";

/** Marks this moment. @throws {Failure} When the text is refused, or one is no operator. */
export async function mark(where: Where, text: string): Promise<void> {
  try {
    await asOperator(where, (client) => client.inspect(text));
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== "invalid") throw error;
    throw new Failure(error.message, EXIT.usage);
  }
  print("Marked.\n");
}
