package dev.keywright.expert.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
