package dev.keywright.expert.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServerFilesTest {

    @Test
    void everyDirectiveHasItsReasonOnALineOfItsOwnAbove() {
        List<String> lines = text("redis.conf", SampleDesigns.output(List.of("leaderboard")))
                .lines()
                .toList();

        assertThat(lines).noneMatch(line -> line.matches("[a-z].*#.*"));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches("[a-z].*")) {
                assertThat(lines.get(i - 1)).startsWith("# ");
            }
        }
    }

    @Test
    void sentinelGetsItsOwnFileAndOneForReplicas() {
        Output output = new Writer()
                .write(SampleDesigns.choice(
                        List.of("leaderboard"), Set.of("high-availability"), Map.of("sentinels", 5.0)));

        assertThat(text("sentinel.conf", output))
                .contains("\nsentinel monitor mymaster primary.example 6379 3\n")
                .contains("\nsentinel down-after-milliseconds mymaster 5000\n")
                .contains("\nsentinel parallel-syncs mymaster 1\n");
        assertThat(text("replica.conf", output)).contains("\nreplicaof primary.example 6379\n");
        assertThat(text("redis.conf", output)).doesNotContain("replicaof");
    }

    @Test
    void aClusterIsJoinedByAScriptThatKnowsHowManyNodesItNeeds() {
        Output output = new Writer()
                .write(SampleDesigns.choice(
                        List.of("leaderboard"), Set.of("cluster-named"), Map.of("shards", 4.0, "replicas", 2.0)));

        assertThat(text("cluster-create.sh", output))
                .startsWith("#!/bin/sh\n")
                .contains("4 masters with 2 replicas each out of 12 empty nodes")
                .contains("redis-cli --cluster create \"$@\" --cluster-replicas 2\n");
    }

    @Test
    void aTaskCannotBreakOutOfItsComment() {
        assertThat(ServerFiles.oneLine("a\nrequirepass x\r\u2028b\u0000c")).isEqualTo("a requirepass x b c");
        assertThat(ServerFiles.oneLine("x".repeat(500))).hasSize(120);
    }

    private static String text(String path, Output output) {
        return output.files().stream()
                .filter(file -> file.path().equals(path))
                .findFirst()
                .orElseThrow()
                .text();
    }
}
