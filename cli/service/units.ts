/**
 * The units by which systemd runs a server: the server itself, and a backup of its store each night. Pure.
 *
 * The server is a user of its own that owns its data and nothing else: it can read the system and write nothing of it, sees no
 * home, no device and no process of others, and has no privilege to lose. What it may not be denied is to write memory that is run:
 * the engine compiles what it runs. `systemd-analyze security` counts what is left.
 *
 * @module
 */

/** Where a service has what is its own. */
export interface Places {
  /** Deno. */
  readonly deno: string;
  /** The command line behind it that starts the program, without a command of the chat's. */
  readonly words: readonly string[];
  /** Whose the service is. */
  readonly user: string;
}

/** Where everything lies that a service has; systemd makes those that it writes. */
export const PLACES = {
  program: "/usr/local/lib/chat",
  units: "/etc/systemd/system",
  config: "/etc/chat/config.json",
  data: "/var/lib/chat",
  backups: "/var/backups/chat",
} as const;

/** The units by their names. */
export const UNITS = ["chat.service", "chat-backup.service", "chat-backup.timer"] as const;

/** How many backups are kept. */
export const BACKUPS_KEPT = 14;

/** The text of each unit, by its name. */
export function unitTexts(places: Places): Readonly<Record<typeof UNITS[number], string>> {
  const program = [places.deno, ...places.words].map(word).join(" ");
  return {
    "chat.service": server(program, places.user),
    "chat-backup.service": backup(program, places.user),
    "chat-backup.timer": TIMER,
  };
}

/** A word of a command line as systemd reads it. */
function word(text: string): string {
  const escaped = text.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./$-]+$/.test(escaped) ? escaped : `"${escaped.replace(/["\\]/g, "\\$&")}"`;
}

/** What both may not do. */
const CONFINED = `# Nothing of the system can be written, and nothing of others seen.
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
DevicePolicy=closed
PrivateUsers=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
UMask=0077

# There is no privilege to use, and none to be got.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
LockPersonality=yes
KeyringMode=private
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM`;

function server(program: string, user: string): string {
  return `[Unit]
Description=Chat server
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=notify
NotifyAccess=main
User=${user}
Group=${user}
ExecStart=${program} serve
# It reads its config file and its certificate again.
ExecReload=/bin/sh -c 'kill -HUP $MAINPID'
Environment=CHAT_CONFIG=${PLACES.config} CHAT_DATA=${PLACES.data}
Environment=HOME=${PLACES.data} DENO_DIR=/var/cache/chat DENO_NO_UPDATE_CHECK=1
StateDirectory=chat
StateDirectoryMode=0700
CacheDirectory=chat
ConfigurationDirectory=chat

# A first start from a checkout fetches what the program is made of; a large store takes its time to be read.
TimeoutStartSec=10min
# Everybody is told, for five seconds at most, and then the store is closed.
TimeoutStopSec=30s
Restart=on-failure
RestartSec=2s
# A server whose loop stands still is started again.
WatchdogSec=60s

# One descriptor for each connection; what it holds for them all it limits itself to a quarter of the memory (--memory).
LimitNOFILE=65536
MemoryMax=50%
TasksMax=256

${CONFINED}

[Install]
WantedBy=multi-user.target
`;
}

function backup(program: string, user: string): string {
  return `[Unit]
Description=Backup of the chat server's store

[Service]
Type=oneshot
User=${user}
Group=${user}
ExecStart=${program} db backup --keep ${BACKUPS_KEPT} ${PLACES.backups} ${PLACES.data}
Environment=HOME=${PLACES.data} DENO_DIR=/var/cache/chat DENO_NO_UPDATE_CHECK=1
StateDirectory=chat
StateDirectoryMode=0700
CacheDirectory=chat
ReadWritePaths=${PLACES.backups}
Nice=10
IOSchedulingClass=idle

${CONFINED}
`;
}

const TIMER = `[Unit]
Description=Backup of the chat server's store, each night

[Timer]
OnCalendar=*-*-* 03:30
RandomizedDelaySec=30min
# One that was missed, because the machine was off, is made up for.
Persistent=true

[Install]
WantedBy=timers.target
`;
