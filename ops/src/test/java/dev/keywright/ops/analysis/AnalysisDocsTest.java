package dev.keywright.ops.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AnalysisDocsTest {

    @Test
    void thePageListsEveryRuleAsItIs() throws IOException {
        assertThat(Files.readString(Path.of("../docs/analyze.md")).lines().toList())
                .containsSubsequence(
                        Analysis.rules().stream().map(AnalysisRule::row).toList());
    }
}
