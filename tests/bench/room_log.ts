/**
 * The second reference of the fan-out benchmark: a bare room log on this runtime, without a chat around it, which shows what the
 * data structure alone can do and so how much the real server pays for everything else. It is the server beside which the load
 * generator of `chat bench` shows its own ceiling.
 *
 * @module
 */

import { startTrivialServer } from "../../load/mod.ts";
import { print } from "./output.ts";

const { port } = await startTrivialServer("runtime");
print(`listening on 127.0.0.1:${port}`);
