package dev.keywright.ops.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.lua.ScriptChecker.Depth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Keywright gives to others, it can stand by itself. */
class OwnScriptsTest {

    @Test
    void noScriptOfOurOwnHasErrors() throws IOException {
        List<Path> scripts = ParserTest.ownScripts();
        assertThat(scripts).hasSizeGreaterThan(50);
        try (ScriptChecker checker = new ScriptChecker(Depth.RUN)) {
            assertThat(scripts)
                    .allSatisfy(script -> assertThat(checker.file(script).findings())
                            .as(script.toString())
                            .extracting(Finding::severity)
                            .doesNotContain(Severity.ERROR));
        }
    }
}
