/**
 * The recipe of an image that is Deno and the packed program.
 *
 * @module
 */

/** The text. @param flags Those of `deno run`. @param deno The version of Deno. */
export function containerfile(flags: readonly string[], deno: string): string {
  const command = ["deno", "run", ...flags, "/chat.js"];
  return `FROM docker.io/denoland/deno:debian-${deno}
COPY chat.js /chat.js
RUN useradd --system --home-dir /data chat && install -d -o chat -m 700 /data
USER chat
ENV CHAT_DATA=/data CHAT_HOST=0.0.0.0
VOLUME /data
EXPOSE 8080
ENTRYPOINT ${JSON.stringify(command)}
CMD ["serve"]
`;
}
