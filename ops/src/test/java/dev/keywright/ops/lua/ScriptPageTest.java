package dev.keywright.ops.lua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/script.md} tells of every rule, and of none that is not there. */
class ScriptPageTest {

    private static final Pattern RULE = Pattern.compile("\"([a-z]+(?:-[a-z]+)+|syntax|chance)\"");
    private static final Pattern NAMED = Pattern.compile("`([a-z]+(?:-[a-z]+)*)`");

    @Test
    void thePageListsTheRules() throws IOException {
        Set<String> rules = new TreeSet<>();
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/dev/keywright/ops/lua"))) {
            for (Path source : sources.toList()) {
                RULE.matcher(Files.readString(source)).results().forEach(rule -> rules.add(rule.group(1)));
            }
        }
        rules.removeAll(Set.of(
                "no-writes",
                "allow-oom",
                "allow-stale",
                "no-cluster",
                "allow-cross-slot-keys",
                "keywright-end-of-call"));
        Set<String> named = new TreeSet<>();
        Files.readString(Path.of("../docs/script.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| rule |"))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|")[1])
                .forEach(cell -> NAMED.matcher(cell).results().forEach(rule -> named.add(rule.group(1))));
        assertThat(named).isEqualTo(rules);
    }
}
