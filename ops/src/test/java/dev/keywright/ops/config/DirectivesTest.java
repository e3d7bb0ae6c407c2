package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The data against a real Redis 7.0.15. */
class DirectivesTest {

    private static final Release RELEASE = Release.parse("redis-7.0");

    private static Standalone server;

    @BeforeAll
    static void start() {
        server = Standalone.start(
                ServerOptions.DEFAULTS.withBinary(RedisBinary.embedded().path()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void namesDefaultsAndWhatCanBeSetAreThoseOfTheServer() {
        assertThat(DirectiveComparison.of(RedisBinary.embedded().path())).isEmpty();
    }

    @Test
    void rangesEndWhereTheServerSaysTheyEnd() {
        List<String> wrong = new ArrayList<>();
        for (Directive directive : Directives.known().all()) {
            boolean tried = directive.exists(RELEASE)
                    && directive.set() == Directive.Set.LIVE
                    && directive.module().isEmpty()
                    && directive.kind(RELEASE) instanceof ValueKind.Whole
                    && !Set.of("port", "tls-port", "maxclients", "maxmemory").contains(directive.name());
            if (!tried) {
                continue;
            }
            ValueKind.Whole range = (ValueKind.Whole) directive.kind(RELEASE);
            for (long value : new long[] {range.min(), range.max()}) {
                if (value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE && !(range.memory() && value < 0)) {
                    checkEdge(directive.name(), range, value, wrong);
                }
            }
            server.command("CONFIG", "SET", directive.name(), directive.defaultValue(RELEASE));
        }
        assertThat(wrong).isEmpty();
    }

    private static void checkEdge(String name, ValueKind.Whole range, long edge, List<String> wrong) {
        for (long value : new long[] {edge - 1, edge, edge + 1}) {
            OptionalLong read = range.memory() ? Numbers.memory(Long.toString(value)) : OptionalLong.of(value);
            boolean expected = read.isPresent()
                    && range.complaint(List.of(Long.toString(value))).isEmpty();
            if (expected != isSettable(name, Long.toString(value))) {
                wrong.add(name + " " + value + " is " + (expected ? "refused" : "accepted"));
            }
        }
    }

    private static boolean isSettable(String name, String value) {
        try {
            server.command("CONFIG", "SET", name, value);
            return true;
        } catch (ServerException refused) {
            return false;
        }
    }

    @Test
    void commandsAreThoseOfTheServer() {
        List<String> missing = server.command("COMMAND", "LIST")
                .lines()
                .filter(name -> !Commands.known(name))
                .toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void releasesDifferAsTheyShould() {
        Directives known = Directives.known();
        assertThat(known.find("set-max-listpack-entries").orElseThrow().exists(RELEASE))
                .isFalse();
        assertThat(known.find("set-max-listpack-entries").orElseThrow().exists(Release.parse("redis-7.2")))
                .isTrue();
        assertThat(known.find("io-threads-do-reads").orElseThrow().isIgnored(Release.parse("redis-8")))
                .isTrue();
        assertThat(known.find("io-threads-do-reads").orElseThrow().isIgnored(RELEASE))
                .isFalse();
        assertThat(known.find("repl-backlog-size").orElseThrow().defaultValue(Release.parse("valkey-8.0")))
                .isEqualTo("10485760");
        assertThat(known.find("repl-backlog-size").orElseThrow().defaultValue(Release.parse("valkey-7.2")))
                .isEqualTo("1048576");
        assertThat(known.find("maxmemory-policy")
                        .orElseThrow()
                        .kind(Release.parse("redis-8.6"))
                        .complaint(List.of("allkeys-lrm")))
                .isEmpty();
        assertThat(known.find("maxmemory-policy").orElseThrow().kind(RELEASE).complaint(List.of("allkeys-lrm")))
                .isPresent();
        assertThat(known.find("availability-zone").orElseThrow().exists(Release.parse("redis-8")))
                .isFalse();
    }

    @Test
    void everyDirectiveSaysWhatItDoes() {
        assertThat(Directives.known().all()).hasSizeGreaterThan(290).allSatisfy(directive -> {
            assertThat(directive.meaning()).as(directive.name()).endsWith(".");
            assertThat(directive.kind(Release.NEWEST)).as(directive.name()).isNotNull();
        });
        assertThat(Directives.known().all())
                .filteredOn(d -> d.risk().isPresent())
                .hasSizeGreaterThan(40);
    }
}
