#!/bin/sh
# Makes the cluster {{name}} out of {{nodes-count}} empty nodes that run: they meet, get their slots, replicas follow their primaries.
# It may be run again after an interruption, and does nothing to a cluster that is whole.
# SECRETS is the folder of the passwords; the rest is how this deployment was asked for.
set -eu
SECRETS=${SECRETS:-secrets}
# primaries, in the order of their slots
primaries="{{primaries}}"
# each replica = its primary
copies="{{copies}}"

REDISCLI_AUTH=$(cat "$SECRETS/operator.password")
export REDISCLI_AUTH

# ask NODE COMMAND...
ask() {
  node=$1
  shift
  timeout 5 {{cli}} --user operator -h "${node%:*}" -p "${node##*:}" "$@" 2>&1
}

# await WHAT COMMAND...: runs the command each second until it succeeds, for two minutes
await() {
  what=$1
  shift
  tries=120
  until "$@"; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
      echo "Gave up after two minutes: $what. Look at the node's log, and run this again." >&2
      exit 1
    fi
    sleep 1
  done
}

answers() { ask "$1" ping | grep -q PONG; }
knows() { ask "$1" cluster info | grep -q "^cluster_known_nodes:$2[^0-9]*\$"; }
is_whole() { ask "$1" cluster info | grep -q '^cluster_state:ok'; }
follows() { ask "$1" info replication | grep -q '^master_link_status:up'; }
has_slots() { ask "$1" cluster nodes | awk '$3 ~ /myself/ && NF > 8 { found = 1 } END { exit !found }'; }
replicates() { ask "$1" cluster replicate "$2" | grep -q OK; }
address() { getent ahosts "${1%:*}" | awk 'NR == 1 { print $1 }'; }

all=$primaries
for copy in $copies; do
  all="$all ${copy%=*}"
done
count=0
for one in $all; do
  await "$one answers" answers "$one"
  count=$((count + 1))
done
first=${primaries%% *}
if is_whole "$first" && knows "$first" "$count"; then
  echo "The cluster {{name}} is there already, with $count nodes."
  exit 0
fi

epoch=1
for one in $all; do
  if knows "$one" 1; then
    ask "$one" cluster set-config-epoch "$epoch" > /dev/null
  fi
  epoch=$((epoch + 1))
  if [ "$one" != "$first" ]; then
    ask "$one" cluster meet "$(address "$first")" "${first##*:}" > /dev/null
  fi
done
for one in $all; do
  await "$one knows all $count nodes" knows "$one" "$count"
done

shards=0
for one in $primaries; do
  shards=$((shards + 1))
done
shard=0
for one in $primaries; do
  if ! has_slots "$one"; then
    ask "$one" cluster addslotsrange $((16384 * shard / shards)) $((16384 * (shard + 1) / shards - 1)) > /dev/null
  fi
  shard=$((shard + 1))
done
for copy in $copies; do
  id=$(ask "${copy#*=}" cluster myid)
  await "${copy%=*} follows ${copy#*=}" replicates "${copy%=*}" "$id"
done
for one in $all; do
  await "$one sees the whole cluster" is_whole "$one"
done
for copy in $copies; do
  await "${copy%=*} has copied its primary" follows "${copy%=*}"
done
echo "The cluster {{name}} is whole: $shards shards, $count nodes."
