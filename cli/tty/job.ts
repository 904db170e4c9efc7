/**
 * Stopping the job that this process belongs to, as Ctrl+z does.
 *
 * A shell sees its job stop when the process that it started stops, and that is seldom this one:
 *
 * ```text
 *   shell ── npx ── sh ── deno task ── this process
 *            └──────── one process group ────────┘
 * ```
 *
 * SIGTSTP to the group is the polite way and is not enough: `deno task` catches it to hand it on,
 * stays awake itself, and the shell waits for ever. SIGSTOP cannot be caught, but where no shell
 * with job control stands above the group, nobody would ever wake it again. (Of SIGTSTP the system
 * takes care itself there: it does nothing.)
 *
 * So a small shell script looks first: the parent of the group's leader must be of the same session
 * and of another group. It looks in `/proc`, which this process itself may have no permission to
 * read; where there is none, it takes the polite way.
 *
 * @module
 */

const STOP_THE_GROUP = `
stat() { # PID → parent, group, session
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  set -- \${line##*) }
  parent=$2 group=$3 session=$4
}
stat $$ && ours=$group home=$session &&
stat "$ours" && stat "$parent" &&
[ "$session" = "$home" ] && [ "$group" != "$ours" ] && signal=STOP
kill -s "\${signal:-TSTP}" 0
`;

/**
 * Stops the process group. Returns when it goes on, or at once when it was not stopped.
 *
 * @returns Whether this process may do that.
 */
export async function stopJob(): Promise<boolean> {
  try {
    const script = new Deno.Command("sh", {
      args: ["-c", STOP_THE_GROUP],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    });
    await script.spawn().status;
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.NotFound) {
      return false;
    }
    throw error;
  }
}
