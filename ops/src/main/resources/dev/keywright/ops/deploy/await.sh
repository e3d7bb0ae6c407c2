#!/bin/sh
# Waits until {{name}} is whole after its processes were started: every server answers{{copied-text}}{{watched-text}}.
# SECRETS is the folder of the passwords.
set -eu
SECRETS=${SECRETS:-secrets}

# ask NODE COMMAND...
ask() {
  node=$1
  shift
  REDISCLI_AUTH=$(cat "$SECRETS/operator.password") timeout 5 {{cli}} --user operator \
    -h "${node%:*}" -p "${node##*:}" "$@" 2>&1
}

# await WHAT COMMAND...: runs the command each second until it succeeds, for two minutes
await() {
  what=$1
  shift
  tries=120
  until "$@"; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
      echo "Gave up after two minutes: $what. Look at the log there, and run this again." >&2
      exit 1
    fi
    sleep 1
  done
}

answers() { ask "$1" ping | grep -q PONG; }
follows() { ask "$1" info replication | grep -q -e '^master_link_status:up' -e '^role:master'; }
{{#watched}}
agrees() {
  REDISCLI_AUTH=$(cat "$SECRETS/sentinels.password") timeout 5 {{cli}} \
    -h "${1%:*}" -p "${1##*:}" sentinel ckquorum {{name}} 2>&1 | grep -q '^OK'
}
{{/watched}}

for one in {{servers}}; do
  await "$one answers" answers "$one"
done
for one in {{servers}}; do
  await "$one has copied its primary" follows "$one"
done
{{#watched}}
for one in {{sentinels}}; do
  await "$one sees enough Sentinels to fail over" agrees "$one"
done
{{/watched}}
echo "{{name}} is whole."
