package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The linter says that a server does not start with a file exactly when the real one does not. Lines are made from the data by a
 * seeded generator: right values, values just outside, wrong kinds, comments behind them, typing errors and quotes.
 */
class StartPropertyTest {

    private static final long SEED = 20_260_301;
    private static final Linter LINTER =
            new Linter(new Linter.Options(Release.parse("redis-7.0"), Optional.of("libc"), Optional.empty(), false));

    @TempDir
    private Path folder;

    /**
     * Ten lines the linter takes for right and then one it takes for wrong: the server must stop at that one and at none before,
     * so each start judges eleven lines, and ends at once.
     */
    @Test
    void theFirstWrongLineIsTheOneTheServerStopsAt() throws IOException {
        RealStart start = new RealStart(folder);
        Lines lines = new Lines(new Random(SEED));
        for (int i = 0; i < 80; i++) {
            List<String> text = new ArrayList<>();
            String wrong = "zzz-the-end 1";
            while (text.size() < 10) {
                String line = lines.next();
                if (isWrong(line)) {
                    wrong = line;
                } else {
                    text.add(line);
                }
            }
            text.add(wrong);
            text.add("zzz-the-end 1");
            Path conf = Files.write(folder.resolve("case.conf"), text);
            RealStart.Outcome outcome = start.server(conf);
            assertThat(outcome.line().orElseThrow(() -> new AssertionError(text + outcome.output())))
                    .as("%s%nserver: %s", text, outcome.output())
                    .isEqualTo(text.size() - 1);
            assertThat(firstByLine(LINTER.file(conf)).place().line()).hasValue(text.size() - 1);
        }
    }

    private static boolean isWrong(String line) {
        return RealStart.fatal(LINTER.text("case.conf", line)).isPresent();
    }

    @Test
    void aFileStartsAServerExactlyWhenNoErrorSaysOtherwise() throws IOException {
        RealStart start = new RealStart(folder);
        Lines lines = new Lines(new Random(SEED + 1));
        int started = 0;
        int refused = 0;
        for (int i = 0; i < 30; i++) {
            List<String> text = new ArrayList<>();
            for (int j = 0; j < 2; j++) {
                text.add(i % 2 == 0 ? lines.right() : lines.next());
            }
            Path conf = Files.write(folder.resolve("case.conf"), text);
            RealStart.Outcome outcome = start.server(conf);
            Optional<Finding> fatal = RealStart.fatal(LINTER.file(conf));
            assertThat(outcome.started())
                    .as("%s%nlinter: %s%nserver: %s", text, fatal, outcome.output())
                    .isEqualTo(fatal.isEmpty());
            started += outcome.started() ? 1 : 0;
            refused += outcome.started() ? 0 : 1;
        }
        assertThat(started).isGreaterThan(8);
        assertThat(refused).isGreaterThan(3);
    }

    private static Finding firstByLine(LintReport report) {
        return report.findings().stream()
                .filter(finding -> RealStart.FATAL.contains(finding.id()))
                .min((one, other) -> Integer.compare(
                        one.place().line().orElseThrow(), other.place().line().orElseThrow()))
                .orElseThrow();
    }

    /** Makes lines. */
    private static final class Lines {

        /** Those that reach beyond the file: they would need files, other machines or much memory. */
        private static final List<String> NOT_TRIED = List.of(
                "include",
                "loadmodule",
                "sentinel",
                "dir",
                "logfile",
                "unixsocket",
                "pidfile",
                "aclfile",
                "databases",
                "maxclients",
                "io-threads",
                "cluster-enabled",
                "port",
                "tls-port",
                "tls-cluster",
                "tls-replication",
                "syslog-enabled",
                "server_cpulist",
                "bio_cpulist",
                "aof_rewrite_cpulist",
                "bgsave_cpulist",
                "bind-source-addr",
                "supervised",
                "daemonize",
                "oom-score-adj",
                "replicaof",
                "slaveof",
                "socket-mark-id",
                "key-load-delay",
                "rdb-key-save-delay",
                "watchdog-period",
                "appendonly",
                "requirepass",
                "bind",
                "tcp-backlog",
                "user",
                "rename-command",
                "lua-replicate-commands",
                "list-max-ziplist-entries",
                "list-max-ziplist-value");

        private static final List<String> ODD = List.of(
                "",
                "0",
                "-1",
                "1",
                "00",
                "007",
                "+5",
                "-0",
                "1.5",
                "yes",
                "no",
                "YES",
                "maybe",
                "on",
                "true",
                "10mb",
                "10MB",
                "10m",
                "10mib",
                "10 mb",
                "mb",
                "5%",
                "101%",
                "-5%",
                "99999999999999999999",
                "2147483648",
                "-2147483649",
                "0x10",
                "abc",
                "a/b",
                "a b",
                "{title}",
                "{nope}",
                "{",
                "#5",
                "50 99",
                "101",
                "Ex",
                "KEA",
                "q",
                "normal 0 0 0",
                "replica 1mb 1mb 60",
                "slave 1mb",
                "master 0 0 0",
                "pubsub 1mb 1xb 60",
                "900 1",
                "900",
                "0 1",
                "900 -1",
                "900 1 300",
                "save",
                "save nosave",
                "default",
                "now force",
                "0 200 800",
                "0 200 8000",
                "no one",
                "localhost 6379",
                "localhost 70000",
                "0777",
                "888",
                "everysec",
                "allkeys-lru",
                "allkeys-lrm",
                "nothing",
                "debug",
                "host-name.1",
                "host_name",
                "'single'",
                "\"double\"",
                "\"tab\\t\"",
                "\"\\x41\\x4g\"",
                "'it\\'s'",
                "\"open",
                "'open",
                "\"a\"b");

        private final Random random;
        private final List<String> names;

        Lines(Random random) {
            this.random = random;
            this.names = Directives.known().all().stream()
                    .flatMap(directive -> Stream.concat(
                            Stream.of(directive.name()),
                            directive.aliases().stream().map(Directive.Alias::name)))
                    .filter(name -> !NOT_TRIED.contains(name))
                    .filter(name -> !NOT_TRIED.contains(
                            Directives.known().find(name).orElseThrow().name()))
                    .toList();
        }

        private <T> T one(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }

        /** A line with the default as its value, of the release the server is of. */
        String right() {
            String name = one(names);
            Directive directive = Directives.known().find(name).orElseThrow();
            if (!directive.exists(Release.parse("redis-7.0"))
                    || directive.module().isPresent()) {
                return right();
            }
            String value = directive.defaultValue(Release.parse("redis-7.0"));
            boolean several = List.of(
                            "save",
                            "client-output-buffer-limit",
                            "oom-score-adj-values",
                            "latency-tracking-info-percentiles")
                    .contains(directive.name());
            return name + " " + (several ? value : Words.quoted(value));
        }

        String next() {
            return switch (random.nextInt(10)) {
                case 0 -> "# a comment";
                case 1 -> right() + one(List.of(" # why", " #why", "  # \"x\" y", " trailing", "#glued"));
                case 2 -> misspelt(right());
                case 3 ->
                    "  " + right().replaceFirst(" ", one(List.of("\t", "   ", "\u000b")))
                            + one(List.of("", " ", "\r", "\t"));
                case 4 -> one(names);
                case 5 -> one(names).toUpperCase(Locale.ROOT) + " " + one(ODD);
                case 6, 7 -> one(names) + " " + one(ODD);
                default -> right();
            };
        }

        private String misspelt(String line) {
            int at = random.nextInt(Math.max(1, line.indexOf(' ')));
            return random.nextBoolean()
                    ? line.substring(0, at) + line.substring(at + 1)
                    : line.substring(0, at) + "x" + line.substring(at);
        }
    }
}
