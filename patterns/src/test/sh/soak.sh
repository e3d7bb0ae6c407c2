#!/bin/sh
# Tries the library at length: processes killed at random, forced interleavings, failing networks. Each part ends with one line that says
# what was found, or with an exception and exit status 1.
#
# Usage: patterns/src/test/sh/soak.sh [MINUTES] [PART...]
#   MINUTES  for each part that goes by time (10)
#   PART     write-behind, write-behind-cluster, stale-fill, near-partitions, near-staleness, stampede, once (all)
# Needs JDK 17 and Maven; the first run builds what is missing.
set -eu
module=$(cd "$(dirname "$0")/../../.." && pwd)
minutes=${1:-10}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- stale-fill near-partitions near-staleness write-behind write-behind-cluster stampede once

path=$module/target/soak.path
mvn -q -f "$module/../pom.xml" -pl patterns -am -DskipTests install
mvn -q -f "$module/../pom.xml" -pl patterns dependency:build-classpath -Dmdep.includeScope=test "-Dmdep.outputFile=$path"

run() {
  main=$1
  shift
  echo "== $main $*"
  java -cp "$module/target/test-classes:$module/target/classes:$(cat "$path")" "dev.keywright.$main" "$@"
}

for part in "$@"; do
  case $part in
    write-behind) run cache.WriteBehindSoak "$minutes" 1 standalone ;;
    write-behind-cluster) run cache.WriteBehindSoak "$minutes" 1 cluster ;;
    stampede) run cache.StampedeProcesses 20 ;;
    once) run once.OnceSoak "$minutes" 3 ;;
    stale-fill) run cache.StaleFillHunt 2500 1000 ;;
    near-partitions)
      run cache.NearPartitionSoak "$minutes" 1 opt_in
      run cache.NearPartitionSoak "$minutes" 2 broadcast
      ;;
    near-staleness)
      for topology in standalone sentinel cluster; do
        for mode in opt_in broadcast; do
          run cache.NearStaleness $topology $mode 10
        done
      done
      ;;
    *)
      echo "There is no part $part; see the head of $0." >&2
      exit 2
      ;;
  esac
done
