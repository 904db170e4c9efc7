/**
 * Frames of a page: like any others, but that a browser's secrets in them are sealed by its key (`seal.ts`). Nobody behind it knows.
 *
 * @module
 */

import type { Heard } from "./codec.ts";
import { FrameCodec } from "./frame_codec.ts";
import type { Seal } from "./seal.ts";
import type { Login, ServerMessage } from "../wire/mod.ts";

/** What a page may choose for its session, in characters: what is sealed has 80 at least, since a session's secret has 32. */
const CHOSEN = /^[\w-]{32,64}$/;
/** No device has this token. */
const NO_TOKEN = "";

/** A session's secret, and what its page has of it. */
interface Own {
  readonly secret: string;
  readonly kept: string;
}

/** The codec of such frames. */
export class SealedCodec extends FrameCodec {
  readonly #seal: Seal;
  /** Its session, as it was shown or has begun: it is told so again, and need not be sealed for that. */
  #own: Own | undefined;

  constructor(frameBytesMax: number, seal: Seal, onGrow?: (bytes: number) => void) {
    super(frameBytesMax, onGrow);
    this.#seal = seal;
  }

  /** See `Codec`: of a page that has shown no session it is as if it had chosen one. */
  newSecret(): string {
    const kept = crypto.randomUUID();
    const secret = this.#seal.derive(kept);
    this.#own = { secret, kept };
    return secret;
  }

  override next(): Heard | "large" | undefined {
    const heard = super.next();
    if (typeof heard !== "object" || heard.kind !== "message") return heard;
    const { message } = heard;
    return message.type === "Login" ? { kind: "message", message: this.#opened(message) } : heard;
  }

  override encode(message: ServerMessage): Uint8Array {
    if (message.type !== "Welcome") return super.encode(message);
    const { device, session, ...rest } = message;
    return super.encode({
      ...rest,
      ...(device === undefined ? {} : { device: this.#seal.close(device) }),
      ...(session === undefined ? {} : { session: this.#kept(session) }),
    });
  }

  #kept(session: string): string {
    const own = this.#own;
    return own?.secret === session ? own.kept : this.#seal.close(session);
  }

  /** A token that was sealed by another key, or by none, proves nobody; what was so of a session begins anew. */
  #opened({ device, session, ...rest }: Login): Login {
    const known = session === undefined ? undefined : this.#sessionOf(session);
    if (session !== undefined && known !== undefined) this.#own = { secret: known, kept: session };
    return {
      ...rest,
      ...(device === undefined ? {} : { device: this.#seal.open(device) ?? NO_TOKEN }),
      ...(known === undefined ? {} : { session: known }),
    };
  }

  #sessionOf(shown: string): string | undefined {
    return CHOSEN.test(shown) ? this.#seal.derive(shown) : this.#seal.open(shown);
  }
}
