package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The figures and the table of {@code docs/lint.md} are the program's; {@code -Dkeywright.docs.write=true} writes them. */
class LintPageTest {

    private static final Path PAGE = Path.of("../docs/lint.md");

    @Test
    void thePageShowsEveryRuleAndTheNumberOfDirectives() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf("<!-- rules -->");
        int end = page.indexOf("<!-- end -->");
        String fresh = (page.substring(0, begin) + "<!-- rules -->\n" + table() + page.substring(end))
                .replaceAll("(DIRECTIVES|\\d+) directives of Redis", known() + " directives of Redis");
        if (Boolean.getBoolean("keywright.docs.write")) {
            Files.writeString(PAGE, fresh);
        }
        assertThat(fresh).isEqualTo(Files.readString(PAGE));
    }

    private static long known() {
        Directives directives = Directives.known();
        return (long) directives.all().size() + directives.sentinels().size();
    }

    private static String table() {
        List<Linter.Described> rules = Linter.rules();
        return rules.size()
                + " rules.\n\n| rule | severity | looks at | finds | why |\n| --- | --- | --- | --- | --- |\n"
                + rules.stream()
                        .map(rule -> "| `" + rule.id() + "` | "
                                + rule.severity().name().toLowerCase(Locale.ROOT) + " | " + rule.reads() + " | "
                                + rule.finds() + " | " + rule.why() + " |\n")
                        .collect(Collectors.joining());
    }
}
