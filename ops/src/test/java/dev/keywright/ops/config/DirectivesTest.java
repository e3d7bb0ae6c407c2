package dev.keywright.ops.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The data against a real Redis 7.0.15. */
class DirectivesTest {

    private static final Release RELEASE = Release.parse("redis-7.0");

    /** What our own way of starting a server sets. */
    private static final Set<String> CHOSEN =
            Set.of("bind", "port", "dir", "save", "enable-debug-command", "logfile", "unixsocket", "pidfile");

    private static Standalone server;
    private static Map<String, String> settings;

    @BeforeAll
    static void start() {
        server = Standalone.start(
                ServerOptions.DEFAULTS.withBinary(RedisBinary.embedded().path()));
        settings = server.configuration();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everySettingOfTheServerIsKnownByEveryNameItHas() {
        Set<String> unknown = new TreeSet<>();
        settings.keySet().forEach(name -> {
            Optional<Directive> directive = Directives.known().find(name);
            boolean named = directive.isPresent()
                    && directive.get().exists(RELEASE)
                    && directive.get().aliases().stream()
                            .filter(alias -> alias.name().equals(name))
                            .allMatch(alias -> alias.exists(RELEASE));
            if (!named) {
                unknown.add(name);
            }
        });
        assertThat(unknown).isEmpty();
    }

    @Test
    void nothingIsKnownThatTheServerDoesNotHave() {
        List<String> invented = Directives.known().all().stream()
                .filter(directive ->
                        directive.exists(RELEASE) && directive.module().isEmpty())
                .filter(directive -> directive.set() != Directive.Set.FILE && !directive.hidden())
                .map(Directive::name)
                .filter(name -> !settings.containsKey(name))
                .toList();
        assertThat(invented).isEmpty();
    }

    @Test
    void defaultsAreThoseOfAServerWithoutAFile() {
        List<String> wrong = new ArrayList<>();
        settings.forEach((name, value) -> {
            Directive directive = Directives.known().find(name).orElseThrow();
            if (!CHOSEN.contains(directive.name())
                    && !directive.defaultValue(RELEASE).equals(value)) {
                wrong.add(name + ": the server says \"" + value + "\", the data \"" + directive.defaultValue(RELEASE)
                        + "\"");
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void whatIsSaidToBeSettableIsAndNothingElse() {
        List<String> wrong = new ArrayList<>();
        settings.forEach((name, value) -> {
            Directive directive = Directives.known().find(name).orElseThrow();
            boolean live = directive.set() == Directive.Set.LIVE;
            if (live != isSettable(name, value)) {
                wrong.add(name + " is " + directive.set());
            }
        });
        assertThat(wrong).isEmpty();
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
