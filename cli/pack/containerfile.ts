/**
 * The recipe of an image that is Deno and the packed program.
 *
 * @module
 */

/** Who it runs as: nobody that the machine around it knows. */
const USER = 1_000;

/** The text. @param flags Those of `deno run`. @param deno The version of Deno. */
export function containerfile(flags: readonly string[], deno: string): string {
  const command = ["deno", "run", ...flags, "/chat.js"];
  return `# podman build -t chat . && podman run -p 8080:8080 -v chat:/data chat
ARG BASE=denoland/deno:debian-${deno}
FROM \${BASE}
COPY --chmod=0644 chat.js /chat.js
RUN install -d -m 0700 -o ${USER} -g ${USER} /data
USER ${USER}:${USER}
ENV CHAT_DATA=/data CHAT_HOST=0.0.0.0 DENO_DIR=/tmp/deno HOME=/tmp
VOLUME /data
EXPOSE 8080
ENTRYPOINT ${JSON.stringify(command)}
CMD ["serve"]
`;
}
