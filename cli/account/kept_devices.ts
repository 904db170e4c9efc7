/**
 * The tokens of this machine: one small file for each account that was logged in to from here.
 *
 * ```text
 *   $XDG_STATE_HOME/chat/devices/    else below ~/.local/state; for their owner alone
 *     127.0.0.1:8080/anna            {"server":"127.0.0.1:8080","name":"Anna","device":"…","token":"…"}
 * ```
 *
 * A token opens its account, so a file that others can read is not used, nor is a link followed; it is written whole or not at
 * all. No token is shown to another server than the one that gave it. Without a name, the account is meant that was logged in
 * to last.
 *
 * @module
 */

import { readdir } from "node:fs/promises";
import { isLoopback } from "../../ground/mod.ts";
import { Failure } from "../failure.ts";
import {
  codeOf,
  isOpenToOthers,
  isOwn,
  lookAt,
  openRegular,
  removeFile,
  replaceFile,
} from "../files/disk.ts";
import { foldText } from "../../server/wire/names/mod.ts";
import { type Address, showAddress } from "../values.ts";

/** A token, and whose it is. */
export interface KeptDevice {
  /** `HOST:PORT`; left out where that is not known: somebody wrote nothing but the token. */
  readonly server?: string;
  readonly name?: string;
  /** The device's short id, which is no secret. */
  readonly device?: string;
  readonly token: string;
  /** Whether the server gave it over TLS: then it is shown over nothing else. */
  readonly tls?: boolean;
}

/** Largest file in bytes that can hold a token: twenty times what one takes. */
const FILE_BYTES_MAX = 8_192;

/** Where they are, unless one names a file: to be asked for while the environment may be read. */
export function devicesDirectory(): string {
  return `${stateDirectory()}/chat/devices`;
}

/** Where programs of this user keep what they know: to be asked for while the environment may be read. */
export function stateDirectory(): string {
  // An empty variable counts as none, as the XDG specification says.
  return Deno.env.get("XDG_STATE_HOME") || `${Deno.env.get("HOME") || "."}/.local/state`;
}

/** The tokens for one server. */
export class KeptDevices {
  readonly #server: string;
  readonly #directory: string;
  /** Whether others on the way can read what is said to the server. */
  readonly #inTheClear: boolean;
  readonly #tls: boolean;

  constructor(server: Address, directory: string = devicesDirectory()) {
    this.#server = showAddress(server).toLowerCase();
    this.#tls = server.tls !== undefined;
    this.#inTheClear = !this.#tls && !isLoopback(server.host);
    // A host may be anything that one can type, and is to name one directory.
    this.#directory = `${directory}/${encodeURIComponent(this.#server).replaceAll("%3A", ":")}`;
  }

  /** The file of an account. */
  fileOf(name: string): string {
    return `${this.#directory}/${encodeURIComponent(foldText(name)).replace(/^\./, "%2E")}`;
  }

  /** The token of that account, or of the one that was logged in to last. @throws {Failure} When others can read it. */
  async find(name: string | undefined): Promise<KeptDevice | undefined> {
    try {
      const path = name === undefined ? await this.#latest() : this.fileOf(name);
      const kept = path === undefined ? undefined : await readDevice(path);
      if (kept?.server !== this.#server) return undefined;
      if (kept.tls === true && this.#inTheClear) throw new Failure(overTls(this.#server));
      return kept;
    } catch (error) {
      if (isNowhere(error)) return undefined;
      throw error;
    }
  }

  /** Keeps a token. @returns Where. */
  async keep(device: KeptDevice & { readonly name: string }): Promise<string> {
    const path = this.fileOf(device.name);
    await Deno.mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await writeDevice(path, {
      ...device,
      server: this.#server,
      ...(this.#tls ? { tls: true } : {}),
    });
    return path;
  }

  /** Forgets the token of an account. */
  forget(name: string): Promise<void> {
    return removeFile(this.fileOf(name));
  }

  async #latest(): Promise<string | undefined> {
    let latest: { readonly path: string; readonly at: bigint } | undefined;
    for (const name of await namesIn(this.#directory)) {
      const path = `${this.#directory}/${name}`;
      const seen = name.endsWith(".new") ? undefined : await lookAt(path);
      if (seen?.isFile() && seen.size > 0n && seen.mtimeNs > (latest?.at ?? -1n)) {
        latest = { path, at: seen.mtimeNs };
      }
    }
    return latest?.path;
  }
}

function overTls(server: string): string {
  return `The token for ${server} was given over TLS, and is not shown without: come with chats://${server}.`;
}

/** Reads a token's file: ours, or one that holds nothing but the token; `undefined` when there is none. @throws {Failure} */
export async function readDevice(path: string): Promise<KeptDevice | undefined> {
  const seen = await lookAt(path);
  if (seen === undefined || (seen.isFile() && seen.size === 0n)) return undefined;
  if (!seen.isFile()) throw new Failure(`${path} is no regular file: no token is read from it.`);
  const handle = await openRegular(path, "read");
  if (handle === undefined) throw new Failure(`${path} cannot be read.`);
  try {
    if (!await isOwn(handle)) {
      throw new Failure(`${path} belongs to somebody else: it is not used.`);
    }
    if (await isOpenToOthers(handle)) {
      throw new Failure(
        `${path} holds a token, and others than you can read it. Make it yours alone: chmod 600 '${path}'`,
      );
    }
    const { bytesRead, buffer } = await handle.read(new Uint8Array(FILE_BYTES_MAX), 0);
    const text = new TextDecoder().decode(buffer.subarray(0, bytesRead)).trim();
    const device = bytesRead < FILE_BYTES_MAX ? deviceIn(text) : undefined;
    if (device === undefined) throw new Failure(`${path} holds no token of a device.`);
    return device;
  } finally {
    await handle.close();
  }
}

/** Writes a token's file, for its owner alone. */
export function writeDevice(path: string, device: KeptDevice): Promise<void> {
  return replaceFile(path, textOf(device));
}

function textOf(device: KeptDevice): string {
  return `${JSON.stringify(device)}\n`;
}

/** The token in a text. Pure. */
export function deviceIn(text: string): KeptDevice | undefined {
  if (/^[\w-]{16,128}$/.test(text)) return { token: text };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { server, name, device, token, tls } = value as Record<string, unknown>;
  if (typeof server !== "string" || typeof name !== "string" || typeof token !== "string") {
    return undefined;
  }
  return {
    server,
    name,
    token,
    ...(typeof device === "string" ? { device } : {}),
    ...(tls === true ? { tls } : {}),
  };
}

/** Whether an error says that no file can be at a place: a service's home may be `/dev/null`, or another user's. */
function isNowhere(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable ||
    ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG"].includes(codeOf(error) ?? "");
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isNowhere(error)) return [];
    throw error;
  }
}
