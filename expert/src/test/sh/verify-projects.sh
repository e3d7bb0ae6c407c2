#!/bin/sh
# Writes the project of every pattern, and one with all patterns on a cluster, and runs mvn verify in all of them at once.
# Takes some minutes, so it is no part of the build. Before: mvn install -DskipTests
# Usage: expert/src/test/sh/verify-projects.sh [pattern...]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
expert=$(CDPATH='' cd -- "$here/../../.." && pwd)
folder=${PROJECTS:-"$expert/target/sample-projects"}
rm -rf "$folder"
mkdir -p "$folder"
mvn -q -o -B -f "$expert/pom.xml" test-compile dependency:build-classpath -Dmdep.outputFile="$folder/classpath"
java -cp "$expert/target/classes:$expert/target/test-classes:$(cat "$folder/classpath")" \
  dev.keywright.expert.artifact.WriteSampleProjects "$folder" "$@"
exec mvn -o -B -ntp --fail-at-end -f "$folder/pom.xml" verify
