package dev.keywright.ops.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.config.Linter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/doctor.md} and {@code docs/watch.md} are the program's; {@code -Dkeywright.docs.write=true} writes them. */
class WatchPagesTest {

    private static final Path DOCTOR = Path.of("../docs/doctor.md");
    private static final Path WATCH = Path.of("../docs/watch.md");
    private static final Map<String, Integer> CATALOGUE =
            Map.of("M", 20, "T", 12, "P", 18, "R", 15, "C", 14, "S", 11, "K", 8, "L", 11);

    private static void compare(Path page, String mark, String table) throws IOException {
        String text = Files.readString(page);
        int begin = text.indexOf(mark);
        String fresh =
                text.substring(0, begin) + mark + "\n" + table + text.substring(text.indexOf("<!-- end -->", begin));
        if (Boolean.getBoolean("keywright.docs.write")) {
            Files.writeString(page, fresh);
        }
        assertThat(fresh).isEqualTo(Files.readString(page));
    }

    @Test
    void theDoctorsPageShowsEveryRule() throws IOException {
        compare(
                DOCTOR,
                "<!-- rules -->",
                "| rule | severity | finds | why | limits | source |\n| --- | --- | --- | --- | --- | --- |\n"
                        + Doctor.rules().stream().map(WatchPagesTest::row).collect(Collectors.joining()));
    }

    private static String row(Doctor.Described rule) {
        String limits = rule.limits().entrySet().stream()
                .map(limit -> limit.getKey().replace('_', ' ') + " "
                        + (limit.getValue() == Math.rint(limit.getValue())
                                ? String.format(Locale.ROOT, "%,.0f", limit.getValue())
                                : limit.getValue().toString()))
                .collect(Collectors.joining(", "));
        return "| `" + rule.id() + "` | " + rule.severity().name().toLowerCase(Locale.ROOT) + " | " + rule.finds()
                + " | " + (rule.why().isEmpty() ? "by event" : rule.why()) + " | " + limits + " | " + rule.source()
                + " |\n";
    }

    @Test
    void thePageOfWatchShowsEveryMetric() throws IOException {
        compare(
                WATCH,
                "<!-- metrics -->",
                "| name | kind | what |\n| --- | --- | --- |\n"
                        + Exporter.described().stream()
                                .map(one -> "| `" + one.name() + "` | " + one.kind() + " | " + one.help() + " |\n")
                                .collect(Collectors.joining()));
    }

    @Test
    void theCatalogueIsWholeAndNamesOnlyRulesThereAre() throws IOException {
        Set<String> known = Stream.concat(
                        Linter.rules().stream().map(Linter.Described::id),
                        Doctor.rules().stream().map(Doctor.Described::id))
                .collect(Collectors.toSet());
        List<String> numbers = new ArrayList<>();
        for (String line : Files.readString(DOCTOR).lines().toList()) {
            if (line.matches("\\| [MTPRCSKL]\\d+ \\|.*")) {
                String[] cells = line.split("\\|", -1);
                numbers.add(cells[1].strip());
                assertThat(known)
                        .containsAll(Pattern.compile("`([a-z-]+)`")
                                .matcher(cells[3])
                                .results()
                                .map((MatchResult found) -> found.group(1))
                                .toList());
                assertThat(cells[4]).isNotBlank();
            }
        }
        List<String> all = CATALOGUE.entrySet().stream()
                .flatMap(group -> Stream.iterate(1, number -> number <= group.getValue(), number -> number + 1)
                        .map(number -> group.getKey() + number))
                .toList();
        assertThat(numbers).containsExactlyInAnyOrderElementsOf(all);
        Doctor.rules().forEach(rule -> assertThat(all).containsAll(rule.rules()));
    }
}
