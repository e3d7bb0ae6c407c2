#!/bin/sh
# Starts a cluster of 3 masters and 3 replicas in a JVM of its own and kills that JVM with -9 at a random moment, N times (200 unless
# told); afterwards no process, no listening port and no folder may be left. Prints counts and times; exit status 1 when one is.
#
# Usage: server/src/test/sh/start-stop-cycles.sh [N], after the module was compiled (mvn -pl server test-compile).
# Linux only. CLASSES and TEST_CLASSES name other folders of compiled classes, EMBEDDED the jar of org.signal:embedded-redis.
set -eu
module=$(cd "$(dirname "$0")/../../.." && pwd)
classes=${CLASSES:-$module/target/classes}
test_classes=${TEST_CLASSES:-$module/target/test-classes}
embedded=${EMBEDDED:-$HOME/.m2/repository/org/signal/embedded-redis/0.9.1/embedded-redis-0.9.1.jar}
for needed in "$classes" "$test_classes" "$embedded"; do
  [ -e "$needed" ] || { echo "$needed is missing. Run mvn -pl server test-compile first." >&2; exit 2; }
done
exec java -cp "$classes:$test_classes:$embedded" dev.keywright.server.StartStopCycles "$@"
