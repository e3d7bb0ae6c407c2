#!/bin/sh
# Whether a process of {{name}} is well: "live" when it answers at all, be it that it loads or waits; "ready" when it may be used.
# A server that loads its data is alive: killing it would begin the loading again.
set -eu
ask() {
  timeout 3 {{cli}} "$@" 2>&1
}
{{#watched}}
if [ "$1" = sentinel ]; then
  REDISCLI_AUTH=$(cat /run/secrets/sentinels.password)
  export REDISCLI_AUTH
  ask -p {{sentinel-port}} ping | grep -qx PONG
  exit
fi
{{/watched}}
REDISCLI_AUTH=$(cat /run/secrets/monitor.password)
export REDISCLI_AUTH
answer=$(ask --user monitor -p {{port}} ping) || true
case "$1 $answer" in
  *PONG*) ;;
  live*LOADING* | live*MASTERDOWN* | live*BUSY*) exit 0 ;;
  *) exit 1 ;;
esac
if [ "$1" = live ]; then
  exit 0
fi
ask --user monitor -p {{port}} info replication | grep -q -e '^role:master' -e '^master_link_status:up'
{{#cluster}}
ask --user monitor -p {{port}} cluster info | grep -q '^cluster_state:ok'
{{/cluster}}
