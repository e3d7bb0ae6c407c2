package dev.keywright.expert.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.Cluster;
import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the knowledge says of Redis 7.0 holds on a Redis 7.0: every line of every {@code check} is sent. */
class KnowledgeChecksTest {

    /** The embedded Redis 7.0, whose replies the checks state, as without a configuration file: what the starter changes is set back. */
    private static final ServerOptions PLAIN = ServerOptions.DEFAULTS
            .withBinary(RedisBinary.embedded().path())
            .withDirective("save", "3600 1 300 100 60 10000")
            .withDirective("enable-debug-command", "no");

    /** These change more of a server than can be set back, or look at what earlier entries left. */
    private static final Set<String> NEEDS_A_FRESH_ONE = Set.of(
            "ACL",
            "AUTH",
            "BGREWRITEAOF",
            "BGSAVE",
            "DEBUG",
            "FAILOVER",
            "HELLO",
            "LATENCY",
            "LASTSAVE",
            "MIGRATE",
            "MODULE",
            "REPLICAOF",
            "ROLE",
            "SAVE",
            "SHUTDOWN",
            "SWAPDB",
            "WAIT");

    private final List<String> failures = new ArrayList<>();

    @Test
    void everyCheckHoldsOnAStandaloneServer() {
        List<Filed<Entry>> entries = checkedOn("standalone");
        try (Reset shared = new Reset(Standalone.start(PLAIN))) {
            for (Filed<Entry> filed : entries) {
                if (filed.thing().checks().stream().anyMatch(KnowledgeChecksTest::needsAFreshOne)) {
                    try (Standalone fresh = Standalone.start(PLAIN)) {
                        check(filed, fresh.port());
                    }
                } else {
                    check(filed, shared.server.port());
                    shared.reset(filed.thing());
                }
            }
        }
        assertThat(entries).hasSizeGreaterThan(200);
        assertThat(failures).as("checks that do not hold").isEmpty();
    }

    @Test
    void everyCheckHoldsOnAClusterOfOneNode() {
        List<Filed<Entry>> entries = checkedOn("cluster");
        try (Cluster cluster = Cluster.start(1, PLAIN)) {
            for (Filed<Entry> filed : entries) {
                check(filed, cluster.nodes().get(0).port());
                cluster.flushAll();
            }
        }
        assertThat(entries).isNotEmpty();
        assertThat(failures).as("checks that do not hold").isEmpty();
    }

    private static List<Filed<Entry>> checkedOn(String kind) {
        return Filed.entries().stream()
                .filter(filed -> !filed.thing().checks().isEmpty())
                .filter(filed -> filed.thing().checkOn().equals(kind))
                .toList();
    }

    private static boolean needsAFreshOne(Entry.Check check) {
        return NEEDS_A_FRESH_ONE.contains(CommandLine.words(check.run()).get(0))
                || check.run().contains("INFO");
    }

    /** All lines of an entry go over one connection, like the session of a person who tries them. */
    private void check(Filed<Entry> filed, int port) {
        try (Conversation session = new Conversation(port)) {
            for (Entry.Check check : filed.thing().checks()) {
                Object reply = session.say(check.run());
                String got = Conversation.text(reply).strip(); // as texts of the files are
                boolean refused = reply instanceof Conversation.Refused;
                boolean holds = check.fails()
                        .map(part -> refused && got.contains(part))
                        .orElse(!refused && check.gives().map(got::equals).orElse(true));
                if (!holds) {
                    failures.add("%s: %s%n  expected %s%n  got %s"
                            .formatted(filed.where(), check.run(), expected(check), refused ? "error " + got : got));
                }
            }
        } catch (UncheckedIOException | IllegalArgumentException e) {
            failures.add(filed.where() + ": " + e.getMessage());
        }
    }

    private static String expected(Entry.Check check) {
        return check.fails()
                .map(part -> "an error with: " + part)
                .or(() -> check.gives())
                .orElse("no error");
    }

    /** A server that is brought back after each entry to how it was started. */
    private static final class Reset implements AutoCloseable {

        private static final List<String> WIPE = List.of(
                "CONFIG SET save \"\"", // FLUSHALL would write an RDB file otherwise
                "FLUSHALL",
                "CONFIG SET save \"3600 1 300 100 60 10000\"",
                "SCRIPT FLUSH",
                "FUNCTION FLUSH",
                "SLOWLOG RESET",
                "CONFIG RESETSTAT");

        private final Standalone server;
        private final Conversation admin;
        private final Map<String, String> configuration;

        Reset(Standalone server) {
            this.server = server;
            this.configuration = server.configuration();
            this.admin = new Conversation(server.port());
        }

        void reset(Entry entry) {
            if (entry.checks().stream().anyMatch(check -> check.run().startsWith("CONFIG SET"))) {
                configuration();
            }
            WIPE.forEach(this::tell);
        }

        private void configuration() {
            List<?> now = (List<?>) admin.say("CONFIG GET *");
            for (int i = 0; i < now.size(); i += 2) {
                String name = (String) now.get(i);
                String before = configuration.get(name);
                if (before != null && !before.equals(now.get(i + 1))) {
                    tell(List.of("CONFIG", "SET", name, before));
                }
            }
        }

        private void tell(String line) {
            tell(CommandLine.words(line));
        }

        private void tell(List<String> words) {
            assertThat(admin.say(words)).as(String.join(" ", words)).isEqualTo("OK");
        }

        @Override
        public void close() {
            admin.close();
            server.close();
        }
    }
}
