package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.Finding;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conf files that are broken in many ways, and sound ones that look odd: the linter and a real Redis 7.0.15 agree on each. */
class SamplesTest {

    /** Faults that hide behind the port and socket the harness gives. */
    private static final Set<String> ALONE = Set.of(
            "nowhere",
            "tls-bare",
            "tls-replication-bare",
            "bus-port",
            "comment-behind-bind",
            "bind-commas",
            "bind-with-port");

    private static final Linter LINTER =
            new Linter(new Linter.Options(Release.parse("redis-7.0"), Optional.of("libc"), Optional.empty(), false));

    @TempDir
    private Path folder;

    @Test
    void theServerRefusesWhatTheLinterCallsFatal() throws IOException {
        RealStart start = new RealStart(folder);
        List<Path> samples = samples("broken");
        assertThat(samples).hasSizeGreaterThan(50);
        for (Path sample : samples) {
            String rule = Files.readString(sample).replaceAll("(?s).*?# finds (\\S+).*", "$1");
            Optional<Finding> fatal = RealStart.fatal(LINTER.file(sample));
            assertThat(fatal).as(sample.toString()).map(Finding::id).hasValue(rule);
            String name = sample.getFileName().toString().replace(".conf", "");
            RealStart.Outcome outcome = ALONE.contains(name) ? start.plain(sample) : start.server(sample);
            assertThat(outcome.started()).as("%s%n%s", sample, outcome.output()).isFalse();
        }
    }

    @Test
    void theServerStartsWithWhatTheLinterFindsNoFatalErrorIn() throws IOException {
        RealStart start = new RealStart(folder);
        for (Path sample : samples("sound")) {
            assertThat(RealStart.fatal(LINTER.file(sample)))
                    .as(sample.toString())
                    .isEmpty();
            RealStart.Outcome outcome = start.server(sample);
            assertThat(outcome.started()).as("%s%n%s", sample, outcome.output()).isTrue();
        }
    }

    @Test
    void sentinelsRefuseAndStartAsTheLinterSays() throws IOException {
        RealStart start = new RealStart(folder);
        for (Path sample : samples("sentinel-broken")) {
            String rule =
                    Files.readString(sample).lines().findFirst().orElseThrow().replace("# finds ", "");
            assertThat(RealStart.fatal(LINTER.file(sample)))
                    .as(sample.toString())
                    .map(Finding::id)
                    .hasValue(rule);
            RealStart.Outcome outcome = start.sentinel(copy(sample));
            assertThat(outcome.started()).as("%s%n%s", sample, outcome.output()).isFalse();
        }
        for (Path sample : samples("sentinel-sound")) {
            assertThat(RealStart.fatal(LINTER.file(sample)))
                    .as(sample.toString())
                    .isEmpty();
            RealStart.Outcome outcome = start.sentinel(copy(sample));
            assertThat(outcome.started()).as("%s%n%s", sample, outcome.output()).isTrue();
        }
    }

    /** A corrected file has nothing left that could be corrected, and a server starts with it unless somebody must decide. */
    @Test
    void correctedFilesStart() throws IOException {
        RealStart start = new RealStart(folder);
        List<String> mended = new ArrayList<>();
        for (Path sample : samples("broken")) {
            FixedConf fixed = LINTER.fix(sample);
            assertThat(fixed.report().fixable()).as(sample.toString()).isZero();
            assertThat(comments(fixed.text()))
                    .as(sample.toString())
                    .containsAll(comments(Files.readString(sample).replace("\uFEFF", "")));
            if (!fixed.notes().isEmpty() && RealStart.fatal(fixed.report()).isEmpty()) {
                Path copy = Files.writeString(folder.resolve("fixed.conf"), fixed.text());
                RealStart.Outcome outcome = start.server(copy);
                assertThat(outcome.started())
                        .as("%s%n%s", fixed.text(), outcome.output())
                        .isTrue();
                mended.add(sample.getFileName().toString());
            }
        }
        assertThat(mended)
                .contains(
                        "snapshot-and-aof-with-comments.conf",
                        "mixed-persistence-with-comments.conf",
                        "cache-with-comments.conf",
                        "small-memory.conf",
                        "small-memory-with-comments.conf",
                        "bom.conf",
                        "underscores.conf",
                        "crlf-comment.conf");
    }

    private static List<String> comments(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("#"))
                .toList();
    }

    /** Sentinel writes into its file. */
    private Path copy(Path sample) throws IOException {
        return Files.writeString(folder.resolve("sentinel.conf"), Files.readString(sample));
    }

    private static List<Path> samples(String name) throws IOException {
        try (Stream<Path> files =
                Files.list(Path.of(SamplesTest.class.getResource(name).toURI()))) {
            return files.sorted().toList();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
