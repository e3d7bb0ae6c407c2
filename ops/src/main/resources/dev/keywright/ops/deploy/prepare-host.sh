#!/bin/sh
# Prepares a Linux host for {{name}}, as root, once. It says what it sets; a second run changes nothing.
set -eu
if [ "$(id -u)" -ne 0 ]; then
  echo "Run this as root." >&2
  exit 2
fi

# A fork for snapshot, log or full copy may ask for twice the memory; without this the kernel refuses it.
# The accept queue must hold what tcp-backlog asks for. Swapping makes a server as slow as the disk.
cat > /etc/sysctl.d/60-redis-{{name}}.conf <<'SETTINGS'
vm.overcommit_memory = 1
net.core.somaxconn = 1024
vm.swappiness = 1
SETTINGS
sysctl --load /etc/sysctl.d/60-redis-{{name}}.conf

# Huge pages make every page written during a fork a copy of 2 MB: latency and memory.
cat > /etc/systemd/system/no-huge-pages.service <<'UNIT'
[Unit]
Description=Transparent huge pages off, for servers that fork
DefaultDependencies=no
After=sysinit.target local-fs.target
Before=basic.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled'

[Install]
WantedBy=basic.target
UNIT
systemctl daemon-reload
systemctl enable --now no-huge-pages.service

if ! id redis > /dev/null 2>&1; then
  useradd --system --home-dir /var/lib/redis --shell /usr/sbin/nologin redis
fi
install -d -o redis -g redis -m 0750 /etc/redis /etc/redis/{{name}} /var/lib/redis /var/lib/redis/{{name}}

memory=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
if [ "$memory" -lt {{ram-mb}} ]; then
  echo "This host has $memory MB; one server of {{name}} may need {{ram-mb}} MB. Lower maxmemory or take a larger host." >&2
fi
