package dev.keywright.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is counted where, for how long, and what is refused. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class CountersTest {

    private static final Map<String, String> NONE = Map.of();
    /** Far enough ahead for its buckets to be kept. */
    private static final Instant NOON = Instant.parse("2098-01-31T12:00:00Z");

    private static final long DAY = LocalDate.parse("2098-01-31").toEpochDay();

    private static final CounterOptions COUNTRIES = CounterOptions.DEFAULTS.withDimension("country", 3);

    private static Reply ask(Keywright kw, String command, String key, String... more) {
        Command.Builder builder = Command.named(command).key(key);
        List.of(more).forEach(builder::argument);
        return kw.connection().call(builder.build());
    }

    private static Instant minutes(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    @Test
    void ac1_minuteHourAndDayAreRaisedTogetherInSmallHashesThatEnd(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters("views");
            views.add("home", 5, NOON, NONE);
            views.addAsync("home", 2, minutes(1), NONE).toCompletableFuture().join();
            views.add("home", -1, minutes(-1), NONE);
            assertThat(views.buckets("home", Granularity.MINUTE, minutes(-1), minutes(2)).stream()
                            .map(Bucket::count))
                    .containsExactly(-1L, 5L, 2L);
            assertThat(views.buckets("home", Granularity.HOUR, minutes(-60), minutes(60)))
                    .containsExactly(new Bucket(minutes(-60), minutes(0), -1), new Bucket(minutes(0), minutes(60), 7));
            assertThat(views.sum("home", Granularity.DAY, minutes(0), minutes(1)))
                    .isEqualTo(6);
            assertThat(views.sumAsync("home", Granularity.DAY, minutes(0), minutes(1))
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(6);
            long hour = NOON.getEpochSecond() / 3_600;
            String[] keys = {"m:" + hour, "m:" + (hour - 1), "h:" + DAY, "d:2098"};
            Instant[] ends = {
                minutes(60).plus(Duration.ofDays(2)),
                minutes(0).plus(Duration.ofDays(2)),
                Instant.parse("2098-02-01T00:00:00Z").plus(Duration.ofDays(90)),
                Instant.parse("2099-01-01T00:00:00Z").plus(Duration.ofDays(730))
            };
            for (int i = 0; i < keys.length; i++) {
                String key = "count:views:{home}:" + keys[i];
                assertThat(ask(kw, "PEXPIRETIME", key).number()).isEqualTo(ends[i].toEpochMilli());
            }
            assertThat(ask(kw, "EXISTS", "count:views:{home}:b:").number()).isZero();
        }
    }

    @Test
    void ac4_whatIsCountedHereIsWrittenByTheClockByFlushAndByClose(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters("views", CounterOptions.DEFAULTS.withFlushEvery(Duration.ofMillis(20)));
            EventCounters slow = other.counters("views", CounterOptions.DEFAULTS.withFlushEvery(Duration.ofMinutes(1)));
            assertThat(kw.counters("views")).isNotSameAs(views);
            assertThat(other.counters("views", CounterOptions.DEFAULTS.withFlushEvery(Duration.ofMinutes(1))))
                    .isSameAs(slow);
            Instant now = Instant.now();
            views.count("home");
            views.count("home", 9);
            await().until(() -> views.sum("home", Granularity.DAY, now, now.plusSeconds(1)) == 10);
            slow.count("home", 5, now, NONE);
            slow.flush();
            assertThat(views.sum("home", Granularity.DAY, now, now.plusSeconds(1)))
                    .isEqualTo(15);
            slow.count("home", 3, now, NONE);
            assertThat(slow.stats().waiting()).isEqualTo(1);
            slow.close();
            slow.close();
            assertThat(slow.isClosed()).isTrue();
            assertThatThrownBy(() -> slow.count("home")).isInstanceOf(IllegalStateException.class);
            assertThat(views.sum("home", Granularity.DAY, now, now.plusSeconds(1)))
                    .isEqualTo(18);
            EventCounters again =
                    other.counters("views", CounterOptions.DEFAULTS.withFlushEvery(Duration.ofMinutes(1)));
            assertThat(again).isNotSameAs(slow);
            again.count("home", 2, now, NONE);
            other.close();
            assertThat(views.sum("home", Granularity.DAY, now, now.plusSeconds(1)))
                    .isEqualTo(20);
        }
    }

    @Test
    void ac5_anIdCountsOnce(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters("views");
            assertThat(views.addOnce("e 1", "home", 2, NOON, NONE)).isTrue();
            assertThat(views.addOnce("e 1", "home", 2, NOON, NONE)).isFalse();
            assertThat(views.addOnceAsync("e 1", "home", 2, NOON, NONE)
                            .toCompletableFuture()
                            .join())
                    .isFalse();
            assertThat(views.addOnce("e 1", "away", 2, NOON, NONE)).isTrue();
            assertThat(views.sum("home", Granularity.DAY, NOON, minutes(1))).isEqualTo(2);
            assertThat(ask(kw, "PTTL", "count:views:{home}:b:e 1").number()).isBetween(80_000_000L, 86_400_000L);
        }
    }

    @Test
    void ac5_valuesBeyondTheCapAreCountedTogether(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters("views", COUNTRIES);
            String[] countries = {"de", "fr", "de", "*", "it", "es", "fr", "it", "de"};
            for (String country : countries) {
                views.add("home", 1, NOON, Map.of("country", country));
            }
            views.add("home", 1, NOON, NONE); // without a country
            Breakdown day = views.breakdown("home", "country", Granularity.DAY, NOON, minutes(1));
            assertThat(day).isEqualTo(new Breakdown(Map.of("de", 3L, "fr", 2L, "*", 1L), 3));
            assertThat(day.total()).isEqualTo(9);
            assertThat(day.top(2)).containsExactly(Map.entry("de", 3L), Map.entry("fr", 2L));
            assertThat(views.sum("home", Granularity.DAY, NOON, minutes(1))).isEqualTo(10);
            for (int i = 0; i < 3; i++) { // another hour, other values; one flush with all of them
                views.count("home", 1, minutes(60), Map.of("country", "c" + i));
                views.count("home", 1, minutes(61), Map.of("country", "d" + i));
            }
            views.flush();
            Breakdown hours = views.breakdownAsync("home", "country", Granularity.HOUR, NOON, minutes(120))
                    .toCompletableFuture()
                    .join();
            assertThat(hours.total()).isEqualTo(15);
            assertThat(hours.other()).isEqualTo(6);
            assertThat(hours.values()).hasSize(6);
            assertThat(views.breakdown("home", "country", Granularity.DAY, NOON, minutes(1))
                            .other())
                    .isEqualTo(9);
        }
    }

    @Test
    void ac2_daysOfSummerTimeHave23And25HoursAndNoEventIsLost(Redis redis) {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters(
                    "views",
                    CounterOptions.DEFAULTS
                            .withZone(berlin)
                            .withRetention(Duration.ofDays(36_500), Duration.ofDays(36_500), Duration.ofDays(36_500)));
            int[] hours = {23, 25, 24};
            String[] days = {"2026-03-29", "2026-10-25", "2026-11-01"};
            for (int i = 0; i < days.length; i++) {
                Instant begin = LocalDate.parse(days[i]).atStartOfDay(berlin).toInstant();
                Instant end = LocalDate.parse(days[i])
                        .plusDays(1)
                        .atStartOfDay(berlin)
                        .toInstant();
                for (Instant at = begin; at.isBefore(end); at = at.plusSeconds(1_800)) {
                    views.count("home", 1, at, NONE);
                }
                views.count("home", 100, begin.minusSeconds(1), NONE);
                views.count("home", 100, end, NONE);
                views.flush();
                List<Bucket> day = views.buckets("home", Granularity.HOUR, begin, end);
                assertThat(day)
                        .hasSize(hours[i])
                        .allSatisfy(hour -> assertThat(hour.count()).isEqualTo(2));
                assertThat(views.buckets("home", Granularity.DAY, begin, end))
                        .containsExactly(new Bucket(begin, end, 2L * hours[i]));
                assertThat(views.sum("home", Granularity.MINUTE, begin, end)).isEqualTo(2L * hours[i]);
            }
        }
    }

    @Test
    void whatComesTooLateForItsRetentionIsNotKept(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters("views");
            Instant late = Instant.now().minus(Duration.ofDays(5));
            views.add("home", 1, late, NONE);
            assertThat(views.sum("home", Granularity.MINUTE, late, late.plusSeconds(1)))
                    .isZero();
            assertThat(views.sum("home", Granularity.HOUR, late, late.plusSeconds(1)))
                    .isEqualTo(1);
            EventCounters days = kw.counters(
                    "days", CounterOptions.DEFAULTS.withRetention(Duration.ZERO, Duration.ZERO, Duration.ofDays(400)));
            days.add("home", 1, late, NONE);
            assertThat(days.sum("home", Granularity.DAY, late, late.plusSeconds(1)))
                    .isEqualTo(1);
            assertThatThrownBy(() -> days.sum("home", Granularity.HOUR, late, late.plusSeconds(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("HOUR");
        }
    }

    @Test
    void theClockMayGoBackOverMidnight(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Instant midnight = Instant.parse("2098-02-01T00:00:00Z");
            for (Instant now : List.of(midnight, midnight.minusMillis(1), midnight.plusSeconds(1))) {
                try (EventCounters views =
                        new EventCounters(kw.connection(), "views", CounterOptions.DEFAULTS, () -> now)) {
                    views.count("home");
                }
            }
            assertThat(kw
                            .counters("views")
                            .buckets("home", Granularity.DAY, midnight.minusSeconds(1), midnight.plusSeconds(1))
                            .stream()
                            .map(Bucket::count))
                    .containsExactly(1L, 2L);
        }
    }

    @Test
    void countsAreExactTo64BitsAndRefusedBeyond(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters("views", COUNTRIES);
            long most = (1L << 53) - 1;
            views.add("home", most, NOON, NONE);
            views.add("home", most, NOON, NONE);
            views.add("home", 1, NOON, NONE);
            assertThat(views.sum("home", Granularity.MINUTE, NOON, minutes(1))).isEqualTo(2 * most + 1);
            ask(kw, "HSET", "count:views:{home}:d:2098", "31", Long.toString(Long.MAX_VALUE - 5));
            views.add("home", 5, NOON, NONE);
            Map<String, String> german = Map.of("country", "de");
            assertThatThrownBy(() -> views.add("home", 1, NOON, german))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("overflow");
            assertThat(views.sum("home", Granularity.MINUTE, NOON, minutes(1)))
                    .as("all or none")
                    .isEqualTo(2 * most + 6);
            assertThat(views.sum("home", Granularity.HOUR, NOON, minutes(1))).isEqualTo(2 * most + 6);
            assertThat(views.sum("home", Granularity.DAY, NOON, minutes(1))).isEqualTo(Long.MAX_VALUE);
            assertThat(views.breakdown("home", "country", Granularity.HOUR, NOON, minutes(1)))
                    .isEqualTo(new Breakdown(Map.of(), 0));
            for (long bad : List.of(most + 1, -most - 1, Long.MIN_VALUE)) {
                assertThatThrownBy(() -> views.count("home", bad)).isInstanceOf(IllegalArgumentException.class);
            }
            views.count("x", most, NOON, NONE);
            assertThatThrownBy(() -> views.count("x", 1, NOON, NONE)).isInstanceOf(KeywrightException.Misused.class);
            views.flush();
            assertThat(views.sum("x", Granularity.DAY, NOON, minutes(1))).isEqualTo(most);
        }
    }

    @Test
    void aKeyOfAnotherTypeIsLeftAsItIsAndNothingIsHalfCounted(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters("views", CounterOptions.DEFAULTS.withFlushEvery(Duration.ofMinutes(1)));
            String inTheWay = "count:views:{home}:d:2098";
            ask(kw, "SET", inTheWay, "v").orThrow("SET");
            assertThatThrownBy(() -> views.add("home", 1, NOON, NONE))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("WRONGTYPE")
                    .hasMessageContaining("counters views");
            assertThatThrownBy(() -> views.sum("home", Granularity.DAY, NOON, minutes(1)))
                    .isInstanceOf(KeywrightException.Misused.class);
            assertThat(views.sum("home", Granularity.MINUTE, NOON, minutes(1))).isZero();
            assertThat(ask(kw, "GET", inTheWay).text()).isEqualTo("v");

            views.count("home", 1, NOON, NONE);
            views.count("other", 1, NOON, NONE);
            assertThatThrownBy(views::flush)
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("lost");
            assertThat(views.stats().lost()).isEqualTo(1);
            assertThat(views.stats().waiting()).isZero();
            assertThat(views.sum("other", Granularity.DAY, NOON, minutes(1))).isEqualTo(1);

            ask(kw, "HSET", "count:views:{third}:h:" + DAY, "12", "many").orThrow("HSET");
            assertThatThrownBy(() -> views.add("third", 1, NOON, NONE)).isInstanceOf(KeywrightException.Misused.class);
            assertThat(ask(kw, "EXISTS", "count:views:{third}:m:" + NOON.getEpochSecond() / 3_600)
                            .number())
                    .isZero();
            assertThatThrownBy(() -> views.sum("third", Granularity.HOUR, NOON, minutes(1)))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("no whole number");
        }
    }

    @Test
    void ac1_aRefusedBatchWithASumOfZeroIsTakenBackAsAWhole(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CounterKeys keys = new CounterKeys("views", CounterOptions.DEFAULTS);
            ask(kw, "HSET", "count:views:{home}:d:2098", "31", "many").orThrow("HSET");
            Map<Cell, Long> cells = new LinkedHashMap<>();
            cells.put(new Cell("home", NOON.getEpochSecond() / 60, NONE), 7L);
            cells.put(new Cell("home", NOON.getEpochSecond() / 60 + 1, NONE), 0L); // such as one up and one down
            Reply reply = keys.add("home", cells, "i:x", 1, Duration.ofHours(1))
                    .call(kw.connection(), Duration.ofSeconds(20));
            assertThat(reply).isInstanceOf(Reply.Failure.class);
            for (String part : List.of("m:" + NOON.getEpochSecond() / 3_600, "h:" + DAY, "i:x")) {
                assertThat(ask(kw, "EXISTS", "count:views:{home}:" + part).number())
                        .as(part)
                        .isZero();
            }
        }
    }

    @Test
    void anyTextIsASubjectAValueAndAnId(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters("a:b c", CounterOptions.DEFAULTS.withDimension("d", 100));
            for (String odd : List.of(" ", "\0", "\r\n$3\r\n", "{x}", "}", "%7D", "=", "*", "\ud83d\ude00")) {
                assertThat(views.addOnce(odd, odd, 1, NOON, Map.of("d", odd))).isTrue();
                assertThat(views.addOnce(odd, odd, 1, NOON, Map.of("d", odd))).isFalse();
                views.add(odd, 1, NOON, Map.of("d", ""));
                assertThat(views.breakdown(odd, "d", Granularity.HOUR, NOON, minutes(1)))
                        .isEqualTo(new Breakdown(Map.of(odd, 1L, "", 1L), 0));
            }
        }
    }

    @Test
    void badArgumentsAreToldBeforeAnythingIsSent(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventCounters views = kw.counters("views", COUNTRIES);
            List<Runnable> bad = List.of(
                    () -> views.count(""),
                    () -> views.count("x", Map.of("planet", "mars")),
                    () -> views.count("x", 1, Instant.MAX, NONE),
                    () -> views.count("x", 1, Instant.EPOCH.minusSeconds(1), NONE),
                    () -> views.addOnce("", "x", 1, NOON, NONE),
                    () -> views.sum("x", Granularity.DAY, NOON, NOON),
                    () -> views.sum("x", Granularity.MINUTE, NOON, NOON.plus(Duration.ofDays(43))),
                    () -> views.sum("x", Granularity.DAY, NOON, Instant.MAX),
                    () -> views.breakdown("x", "planet", Granularity.DAY, NOON, minutes(1)),
                    () -> views.breakdown("x", "country", Granularity.MINUTE, NOON, minutes(1)),
                    () -> kw.counters("{a}"),
                    () -> COUNTRIES.withDimension("a b", 1),
                    () -> COUNTRIES.withDimension("a", 0),
                    () -> COUNTRIES.withFlushEvery(Duration.ZERO),
                    () -> COUNTRIES.withMostWaiting(0),
                    () -> COUNTRIES.withDeadline(Duration.ZERO),
                    () -> COUNTRIES.withRetention(Duration.ZERO, Duration.ZERO, Duration.ZERO));
            for (Runnable each : bad) {
                assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(views.stats().waiting()).isZero();
        }
    }
}
