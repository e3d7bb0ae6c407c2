#!/bin/sh
# Installs and starts processes of {{name}} on this host, as root, after prepare-host.sh. Copy this folder here first, with its
# folder secrets. Give the names of the processes that run here:
{{places}}
# A file that is there already is kept as NAME.conf.before.
set -eu
if [ "$(id -u)" -ne 0 ] || [ "$#" -eq 0 ]; then
  echo "Run this as root and give the processes of this host, such as: sh install.sh {{first}}" >&2
  exit 2
fi
cd "$(dirname "$0")"
if [ ! -s secrets/users.acl ]; then
  echo "secrets/users.acl is missing. Run sh secrets.sh where you deploy from and copy its folder here." >&2
  exit 2
fi
to=/etc/redis/{{name}}
for file in {{installed-secrets}}; do
  install -o redis -g redis -m 0400 "secrets/$file" "$to/$file"
done
install -m 0644 systemd/*.service /etc/systemd/system/
systemctl daemon-reload
for process in "$@"; do
  conf=$process.conf
  case "$process" in
    node-*) conf=cluster/$process.conf ;;
  esac
  install -d -o redis -g redis -m 0750 "/var/lib/redis/{{name}}/$process"
  if [ -e "$to/$process.conf" ]; then
    cp -p "$to/$process.conf" "$to/$process.conf.before"
  fi
  # The server rewrites its file: after a failover, by CONFIG REWRITE, and a Sentinel always.
  install -o redis -g redis -m 0600 "$conf" "$to/$process.conf"
  case "$process" in
    sentinel-*) systemctl enable --now "redis-sentinel-{{name}}@$process.service" ;;
    *) systemctl enable --now "redis-{{name}}@$process.service" ;;
  esac
done
