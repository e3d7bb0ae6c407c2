package dev.keywright.unique;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is counted, how exactly, and for how long. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class UniquesTest {

    private static final UniquesOptions EXACT = UniquesOptions.DEFAULTS.withExactUpTo(10);

    private static List<String> people(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "person " + i).toList();
    }

    private static long number(Keywright kw, String command, String key) {
        return kw.connection()
                .call(Command.named(command).key(key).build())
                .orThrow(command)
                .number();
    }

    private static String type(Keywright kw, String key) {
        return kw.connection().call(Command.named("TYPE").key(key).build()).text();
    }

    @Test
    void countsEachMemberOncePerDayAndOncePerRange(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Uniques visitors = kw.uniques("visitors");
            LocalDate day = visitors.today();
            assertThat(visitors.count("home", day)).isEqualTo(new UniqueCount(0, true));
            assertThat(visitors.add("home", "anna")).isTrue();
            assertThat(other.uniques("visitors").add("home", "anna")).isFalse();
            assertThat(visitors.addAsync("home", "bert").toCompletableFuture().join())
                    .isTrue();
            assertThat(visitors.add("home", day.minusDays(1), List.of("bert", "cleo")))
                    .isTrue();
            assertThat(visitors.add("other", "dora")).isTrue();
            assertThat(visitors.count("home", day)).isEqualTo(new UniqueCount(2, false));
            assertThat(visitors.count("home", day.minusDays(6), day).value()).isEqualTo(3);
            assertThat(visitors.countAsync("home", day).toCompletableFuture().join())
                    .isEqualTo(new UniqueCount(2, false));
            assertThat(visitors.countAsync("home", day.minusDays(90), day)
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(new UniqueCount(3, false));
            assertThat(visitors.forget("home", day)).isTrue();
            assertThat(visitors.forgetAsync("home", day).toCompletableFuture().join())
                    .isFalse();
            assertThat(visitors.count("home", day).value()).isZero();
        }
    }

    @Test
    void anyTextIsAMemberAndASubject(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a:b c", EXACT);
            List<String> odd = List.of("", " ", "\0", "\r\n$3\r\n", "\u00e4", "a b", "{x}", "%", "\ud83d\ude00");
            for (String subject : List.of("}", "{x}", "%7D", "\n", " ")) {
                assertThat(uniques.add(subject, uniques.today(), odd)).isTrue();
                assertThat(uniques.count(subject, uniques.today())).isEqualTo(new UniqueCount(9, true));
            }
        }
    }

    @Test
    void hl4_aSmallDayIsExactAndBecomesAnEstimateWithoutLosingAny(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a", EXACT);
            LocalDate day = uniques.today();
            String key = "uniq:a:{x}:" + day;
            assertThat(uniques.add("x", day, people(0, 10))).isTrue();
            assertThat(uniques.add("x", day, people(0, 10))).isFalse();
            assertThat(type(kw, key)).isEqualTo("set");
            assertThat(uniques.count("x", day)).isEqualTo(new UniqueCount(10, true));
            assertThat(uniques.add("x", day, people(5, 11))).isTrue();
            assertThat(type(kw, key)).isEqualTo("string");
            assertThat(number(kw, "PTTL", key)).isPositive();
            assertThat(uniques.count("x", day)).isEqualTo(new UniqueCount(11, false));
            assertThat(uniques.add("x", day, people(0, 11))).isFalse();
            assertThat(uniques.count("x", day).value()).isEqualTo(11);

            Uniques most = kw.uniques("a", UniquesOptions.DEFAULTS.withExactUpTo(1_000));
            assertThat(most.add("y", day, people(0, 1_000))).isTrue();
            assertThat(most.count("y", day)).isEqualTo(new UniqueCount(1_000, true));
            assertThat(most.add("y", day, people(1_000, 2_000))).isTrue(); // it turns into an estimate on the way
            assertThat(most.count("y", day).exact()).isFalse();
            assertThat((double) most.count("y", day).value()).isCloseTo(2_000, within(3 * 0.0081 * 2_000));
        }
    }

    @Test
    void hl4_aRangeOfSmallDaysIsExactAndMixedOnesAreNot(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a", EXACT);
            LocalDate day = uniques.today();
            for (int i = 0; i < 31; i++) {
                uniques.add("x", day.minusDays(i), people(i, i + 10));
            }
            assertThat(uniques.count("x", day.minusDays(30), day)).isEqualTo(new UniqueCount(40, true));
            assertThat(uniques.count("x", day.minusDays(31), day).value()).isBetween(39L, 41L);
            uniques.add("x", day, people(0, 20));
            UniqueCount mixed = uniques.count("x", day.minusDays(30), day);
            assertThat(mixed.exact()).isFalse();
            assertThat(mixed.value()).isBetween(39L, 41L);
            // a program that counts nothing exactly understands sets as well, and goes on with them
            Uniques other = kw.uniques("a");
            assertThat(other.count("x", day.minusDays(1))).isEqualTo(new UniqueCount(10, true));
            assertThat(other.countAsync("x", day.minusDays(1))
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(new UniqueCount(10, true));
            other.add("x", day.minusDays(1), List.of("one more"));
            assertThat(other.count("x", day.minusDays(1))).isEqualTo(new UniqueCount(11, false));
        }
    }

    @Test
    void hl2_aLongRangeIsGatheredInAKeyThatGoesAway(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a", EXACT.withRetention(Duration.ofDays(400)));
            LocalDate day = uniques.today();
            for (int i = 0; i < 366; i++) {
                uniques.add("x", day.minusDays(i), people(i, i + (i % 2 == 0 ? 5 : 15)));
            }
            UniqueCount year = uniques.count("x", day.minusDays(365), day);
            assertThat(year.exact()).isFalse();
            assertThat((double) year.value()).isCloseTo(380, within(3 * year.error()));
            assertThat(uniques.countAsync("x", day.minusDays(365), day)
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(year);
            for (var node : redis.nodes()) {
                if (node.info("role").equals("master")) {
                    assertThat(node.command("KEYS", "uniq:a:*tmp*")).isEmpty();
                }
            }
        }
    }

    @Test
    void x5_aDayIsForgottenItsRetentionAfterItsEnd(Redis redis) {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        UniquesOptions options = UniquesOptions.DEFAULTS.withZone(berlin).withRetention(Duration.ofDays(3));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (UniquesOptions each : List.of(options, options.withExactUpTo(5))) {
                Uniques uniques = kw.uniques("ttl" + each.exactUpTo(), each);
                LocalDate day = uniques.today();
                uniques.add("x", "anna");
                uniques.add("x", day.minusDays(1), people(0, 3));
                uniques.add("x", day.minusDays(5), people(0, 3)); // too late: it is not kept
                for (int i = 0; i < 2; i++) {
                    long ends = day.minusDays(i - 1L)
                            .atStartOfDay(berlin)
                            .plusDays(3)
                            .toInstant()
                            .toEpochMilli();
                    long left = number(kw, "PTTL", "uniq:ttl" + each.exactUpTo() + ":{x}:" + day.minusDays(i));
                    assertThat((double) left)
                            .isCloseTo(
                                    (double) (ends - System.currentTimeMillis()),
                                    within(3_700_000.0)); // an hour of summer time
                }
                assertThat(uniques.count("x", day.minusDays(5)).value()).isZero();
            }
        }
    }

    @Test
    void theDayIsThatOfTheZoneAlsoWhenTheClockGoesBack(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            UniquesOptions tokyo = UniquesOptions.DEFAULTS.withZone(ZoneId.of("Asia/Tokyo"));
            Instant midnight = Instant.parse("2098-05-04T15:00:00Z");
            LocalDate before = LocalDate.parse("2098-05-04");
            for (Instant now : List.of(midnight, midnight.minusMillis(1), midnight.plusSeconds(5))) {
                Uniques at = new Uniques(kw.connection(), "a", tokyo, Clock.fixed(now, ZoneOffset.UTC));
                at.add("x", "at " + now);
            }
            Uniques uniques = kw.uniques("a", tokyo);
            assertThat(uniques.count("x", before).value()).isEqualTo(1);
            assertThat(uniques.count("x", before.plusDays(1)).value()).isEqualTo(2);
            assertThat(uniques.count("x", before, before.plusDays(1)).value()).isEqualTo(3);
        }
    }

    @Test
    void aKeyOfAnotherTypeIsLeftAsItIs(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (UniquesOptions each : List.of(UniquesOptions.DEFAULTS, EXACT)) {
                Uniques uniques = kw.uniques("a", each);
                LocalDate day = uniques.today();
                String key = "uniq:a:{x}:" + day;
                for (List<String> made : List.of(List.of("RPUSH", "v"), List.of("SET", "v"))) {
                    redis(kw, "DEL", key);
                    redis(kw, made.get(0), key, made.get(1));
                    assertThatThrownBy(() -> uniques.add("x", "anna"))
                            .isInstanceOf(KeywrightException.Misused.class)
                            .hasMessageContaining("WRONGTYPE")
                            .hasMessageContaining("uniques a");
                    assertThatThrownBy(() -> uniques.count("x", day)).isInstanceOf(KeywrightException.Misused.class);
                    assertThatThrownBy(() -> uniques.count("x", day.minusDays(40), day))
                            .isInstanceOf(KeywrightException.Misused.class);
                    assertThat(type(kw, key)).isEqualTo(made.get(0).equals("SET") ? "string" : "list");
                    assertThat(number(kw, "PTTL", key)).isEqualTo(-1);
                }
            }
        }
    }

    private static void redis(Keywright kw, String command, String key, String... more) {
        Command.Builder builder = Command.named(command).key(key);
        List.of(more).forEach(builder::argument);
        kw.connection().call(builder.build()).orThrow(command);
    }

    @Test
    void badArgumentsAreToldBeforeAnythingIsSent(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a");
            LocalDate day = uniques.today();
            assertThat(uniques.add("x", day, List.of())).isFalse();
            assertThatThrownBy(() -> uniques.add("", "anna")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> uniques.count("x", day, day.minusDays(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 days");
            assertThatThrownBy(() -> uniques.count("x", day.minusDays(4_000), day))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> kw.uniques("{a}")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> EXACT.withExactUpTo(1_001)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> EXACT.withRetention(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> EXACT.withDeadline(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void manyAtOnceAreSentInParts(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Uniques uniques = kw.uniques("a", EXACT);
            LocalDate day = uniques.today();
            assertThat(uniques.addAsync("x", day, people(0, 5_000))
                            .toCompletableFuture()
                            .join())
                    .isTrue();
            assertThat((double) uniques.count("x", day).value()).isCloseTo(5_000, within(3 * 0.0081 * 5_000));
            assertThat(uniques.add("x", day, Collections.nCopies(2_500, "person 7")))
                    .isFalse();
        }
    }
}
