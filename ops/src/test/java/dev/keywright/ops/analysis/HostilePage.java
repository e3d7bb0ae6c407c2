package dev.keywright.ops.analysis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.memory.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the page of a report with names that would like to run a script, for {@code check-analysis-page.sh}. */
final class HostilePage {

    static final List<String> NAMES = List.of(
            "</script><img src=x onerror=\"document.title='broken'\">",
            "<!--<script>document.title='broken'</script>",
            "__proto__:constructor:toString",
            "constructor:prototype",
            "\u2028line\u2029separators",
            "javascript:alert(1)",
            "\"'`${document.title='broken'}&lt;b&gt;&amp;",
            "a\u0000b\u0007\u001b[31mred",
            "\u202eleft-to-right",
            "=HYPERLINK(\"http://example.com\")",
            "name with\nnewline",
            "snow:\u2603:\ud83d\ude00");

    private HostilePage() {}

    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args[0]), AnalysisPage.html(report()), UTF_8);
    }

    static AnalysisReport report() {
        List<Key> keys = new ArrayList<>(Planted.keys());
        for (String name : NAMES) {
            for (int i = 0; i < 3; i++) {
                keys.add(Keys.string(name + (i == 0 ? "" : ":" + i), 200_000 + 1_000 * i));
            }
        }
        KeyTally tally = new KeyTally(Keys.NOW, Limits.DEFAULTS);
        keys.forEach(tally::key);
        AnalysisReport now = Analysis.report(
                List.of(tally),
                Planted.origin(keys.size(), Optional.of(Planted.totalBytes(keys) + 9_000_000), 1, "allkeys-lru"));
        return now.against(Planted.report(Planted.soundKeys()));
    }
}
