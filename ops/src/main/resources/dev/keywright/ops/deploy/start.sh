#!/bin/sh
# Starts one process of {{name}} in a container. The environment says which:
#   ROLE       server or sentinel
#   ADDRESS    what others reach it by
#   PRIMARY    the address of the first primary
{{#watched}}
#   SENTINELS  addresses of all Sentinels
{{/watched}}
{{#cluster}}
#   PEERS      names of all nodes, where their addresses may change; else empty
{{/cluster}}
set -eu
umask 077
port={{port}}
{{#watched}}

# ask_sentinels: the address of the primary as the first Sentinel that answers knows it
ask_sentinels() {
  for sentinel in $SENTINELS; do
    found=$(REDISCLI_AUTH="$(cat /run/secrets/sentinels.password)" timeout 2 {{cli}} \
      -h "$sentinel" -p {{sentinel-port}} sentinel get-master-addr-by-name {{name}} 2> /dev/null |
      sed -n '1h; 2 { /^[0-9][0-9]*$/ { x; p; }; }') || found=
    if [ -n "$found" ]; then
      echo "$found"
      return 0
    fi
  done
  return 1
}

# Who is the primary? The first start takes the one this deployment names. Later only Sentinels know: they are given a minute.
{{#volatile}}
# A primary that restarts is empty, since nothing is kept, and its replicas would follow it: it waits until another took over.
{{/volatile}}
find_primary() {
  primary=$PRIMARY
  tries=1
  if [ -e /data/started ]; then
    tries=60
  fi
  while [ "$tries" -gt 0 ]; do
    if found=$(ask_sentinels); then
      primary=$found
{{#volatile}}
      if [ "$found" != "$ADDRESS" ] || [ ! -e /data/started ]; then
        return 0
      fi
{{/volatile}}
{{^volatile}}
      return 0
{{/volatile}}
    fi
    tries=$((tries - 1))
    sleep 1
  done
}

start_sentinel() {
  conf=/data/sentinel.conf
  if [ ! -s "$conf" ]; then
    primary=$(ask_sentinels) || primary=$PRIMARY
    until getent ahosts "$primary" > /dev/null; do
      sleep 1
    done
    {
      cat /container/sentinel.conf
      echo "sentinel announce-ip $ADDRESS"
      echo "sentinel announce-port {{sentinel-port}}"
    } | sed "s/^sentinel monitor {{name}} [^ ]* /sentinel monitor {{name}} $primary /" > "$conf.new"
    mv "$conf.new" "$conf"
  fi
  exec {{server}} "$conf" --sentinel
}
{{/watched}}
{{#cluster}}

# rejoin: tells the others this node's new address, and it theirs, once it belongs to the cluster
rejoin() {
  ask="timeout 2 {{cli}} --user operator -p $port"
  REDISCLI_AUTH=$(cat /run/secrets/operator.password)
  export REDISCLI_AUTH
  until $ask ping 2> /dev/null | grep -q PONG; do
    sleep 1
  done
  if $ask cluster info | grep -q 'cluster_known_nodes:1[^0-9]*$'; then
    return 0
  fi
  for peer in $PEERS; do
    address=$(getent ahosts "$peer" | awk 'NR == 1 { print $1 }')
    if [ -n "$address" ]; then
      $ask cluster meet "$address" "$port" > /dev/null || true
    fi
  done
}
{{/cluster}}
{{#watched}}

if [ "$ROLE" = sentinel ]; then
  start_sentinel
fi
find_primary
{{/watched}}
{{#copied}}
{{^watched}}
primary=$PRIMARY
{{/watched}}
set -- --replica-announce-ip "$ADDRESS"
if [ "$primary" != "$ADDRESS" ]; then
  set -- "$@" --replicaof "$primary" "$port"
fi
{{/copied}}
{{#cluster}}
set -- --cluster-announce-ip "$ADDRESS"
if [ -n "${PEERS:-}" ]; then
  rejoin &
fi
{{/cluster}}
touch /data/started
exec {{server}} /container/redis.conf "$@"
