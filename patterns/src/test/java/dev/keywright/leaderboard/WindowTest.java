package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.lease.Stem;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** LB3: boards that begin anew; midnight, summer time, and clocks that differ or go back. */
@WithRedis
class WindowTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LeaderboardOptions DAILY = LeaderboardOptions.DEFAULTS.withWindow(Window.daily(BERLIN));

    /** A clock that is put where a test wants it. */
    private static final class Hand extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static String keyAt(LeaderboardOptions options, String instant) {
        Hand hand = new Hand();
        Stem stem = new Stem("board", "leaderboard", "a");
        Periods periods = new Periods.Rolling(stem, options, options.window().orElseThrow(), hand);
        hand.now = Instant.parse(instant);
        return new String(periods.now().board, StandardCharsets.UTF_8);
    }

    @Test
    void lb3_aPeriodEndsAtMidnightOfItsZone() {
        assertThat(keyAt(DAILY, "2026-11-28T22:59:59.999Z")).isEqualTo("board:{a}:day:Europe/Berlin:2026-11-28");
        assertThat(keyAt(DAILY, "2026-11-28T23:00:00Z")).isEqualTo("board:{a}:day:Europe/Berlin:2026-11-29");
        LeaderboardOptions weekly = LeaderboardOptions.DEFAULTS.withWindow(Window.weekly(BERLIN));
        assertThat(keyAt(weekly, "2026-11-29T22:59:59.999Z")).endsWith(":week:Europe/Berlin:2026-11-23");
        assertThat(keyAt(weekly, "2026-11-29T23:00:00Z")).endsWith(":week:Europe/Berlin:2026-11-30");
        LeaderboardOptions monthly = LeaderboardOptions.DEFAULTS.withWindow(Window.monthly(BERLIN));
        assertThat(keyAt(monthly, "2028-02-29T22:59:59.999Z")).endsWith(":month:Europe/Berlin:2028-02-01");
        assertThat(keyAt(monthly, "2028-02-29T23:00:00Z")).endsWith(":month:Europe/Berlin:2028-03-01");
    }

    @Test
    void lb3_aDayOfSummerTimeHas23HoursOr25AndMidnightMayBeMissing() {
        Window berlin = Window.daily(BERLIN);
        assertThat(hours(berlin, "2026-03-29")).isEqualTo(23);
        assertThat(hours(berlin, "2026-10-25")).isEqualTo(25);
        assertThat(keyAt(DAILY, "2026-10-25T22:59:59Z")).endsWith("2026-10-25");
        Window brazil = Window.daily(ZoneId.of("America/Sao_Paulo"));
        assertThat(Instant.ofEpochMilli(brazil.start(LocalDate.parse("2018-11-04"))))
                .isEqualTo(Instant.parse("2018-11-04T03:00:00Z")); // one o'clock, as there was no midnight
        assertThat(hours(brazil, "2018-11-04")).isEqualTo(23);
    }

    /** Until 2011 the clocks of Newfoundland went back a minute after midnight, to the day before. */
    @Test
    void lb3_aDayThatHasBegunStaysWhenClocksAreSetBackOverMidnight() {
        LeaderboardOptions daily = LeaderboardOptions.DEFAULTS.withWindow(Window.daily(ZoneId.of("America/St_Johns")));
        assertThat(keyAt(daily, "2010-11-07T02:29:59Z")).endsWith("2010-11-06");
        assertThat(keyAt(daily, "2010-11-07T02:30:30Z")).endsWith("2010-11-07");
        assertThat(keyAt(daily, "2010-11-07T02:45:00Z")).endsWith("2010-11-07"); // 23:15 of the 6th again
        assertThat(keyAt(daily, "2010-11-07T04:00:00Z")).endsWith("2010-11-07");
    }

    private static long hours(Window window, String day) {
        LocalDate first = LocalDate.parse(day);
        return Duration.ofMillis(window.start(window.later(first, 1)) - window.start(first))
                .toHours();
    }

    private static Leaderboard board(Keywright kw, LeaderboardOptions options, Duration ahead) {
        return new Leaderboard(kw.connection(), "a", options, Clock.offset(Clock.systemUTC(), ahead));
    }

    @Test
    void lb3_theServerDecidesWhichPeriodAScoreCountsFor(Standalone redis) {
        LeaderboardOptions options = LeaderboardOptions.DEFAULTS.withWindow(Window.monthly(ZoneOffset.UTC));
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        long left = Duration.between(
                        Instant.now(), today.plusMonths(1).withDayOfMonth(1).atStartOfDay(ZoneOffset.UTC))
                .toDays();
        int back = today.getDayOfMonth();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Leaderboard right = board(kw, options, Duration.ZERO);
            Leaderboard late = board(kw, options, Duration.ofDays(-back));
            Leaderboard early = board(kw, options, Duration.ofDays(left + 1));
            right.add("a", 1);
            late.add("a", 1);
            early.add("a", 1);
            assertThat(late.update(Update.ADD, "a", 1, 1).top()).containsExactly(new Standing("a", 1, 4));
            assertThat(right.score("a")).hasValue(4);
            assertThat(late.score("a")).isEmpty(); // reads go by what who reads takes for the time
            assertThat(right.at(today).score("a")).hasValue(4);
            Leaderboard lost = board(kw, options, Duration.ofDays(70));
            assertThatThrownBy(() -> lost.add("a", 1))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("BADCLOCK");
        }
    }

    @Test
    void lb3_aPeriodIsKeptForSoLongAfterItsEnd(Standalone redis) {
        Window window = Window.daily(ZoneOffset.UTC).withKept(Duration.ofHours(3));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (LeaderboardOptions options : List.of(
                    LeaderboardOptions.DEFAULTS.withWindow(window),
                    LeaderboardOptions.DEFAULTS.withWindow(window).withDistinctScores())) {
                Leaderboard board = kw.leaderboard("a", options);
                board.set("a", 1);
                board.best("b", 1);
                for (String key : redis.command("KEYS", "*").split("\n")) {
                    long expires = Long.parseLong(redis.command("PEXPIRETIME", key));
                    LocalDate day = LocalDate.parse(key.replace(":distinct", "")
                            .substring(key.replace(":distinct", "").length() - 10));
                    assertThat(Instant.ofEpochMilli(expires))
                            .isCloseTo(
                                    day.plusDays(1)
                                            .atStartOfDay(ZoneOffset.UTC)
                                            .toInstant()
                                            .plus(window.kept()),
                                    within(0, java.time.temporal.ChronoUnit.MILLIS));
                }
                LocalDate today = LocalDate.now(ZoneOffset.UTC);
                Leaderboard tomorrow = board.at(today.plusDays(1));
                tomorrow.set("c", 1);
                assertThat(tomorrow.size()).isEqualTo(1);
                Leaderboard gone = board.at(today.minusDays(3));
                gone.set("c", 1);
                assertThat(gone.size()).isZero();
            }
        }
    }

    /** Goes on by a day each time it is looked at. */
    private static final class Hurry extends Clock {
        private int days;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(Duration.ofDays(days++));
        }
    }

    @Test
    void lb5_aLongTrimOverMidnightLeavesTheNewPeriodAlone(Standalone redis) {
        LeaderboardOptions options = LeaderboardOptions.DEFAULTS.withWindow(Window.daily(ZoneOffset.UTC));
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (int day = 0; day < 6; day++) {
                redis.command("EVAL", FILL, "1", "board:{a}:day:Z:" + today.plusDays(day));
            }
            Leaderboard board = new Leaderboard(kw.connection(), "a", options, new Hurry());
            assertThat(board.trim(1)).isEqualTo(1_499);
            assertThat(board.trimAsync(1).toCompletableFuture().join()).isEqualTo(1_499);
            for (int day = 0; day < 6; day++) {
                assertThat(board.at(today.plusDays(day)).size()).isEqualTo(day < 2 ? 1 : 1_500);
            }
        }
    }

    private static final String FILL = "for i = 1, 1500 do redis.call('ZADD', KEYS[1], i, i) end";

    @Test
    void aBoardForEverHasNoPeriods(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThatThrownBy(() -> kw.leaderboard("a").at(LocalDate.EPOCH)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> Window.daily(BERLIN).withKept(Duration.ofDays(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void lb3_whenTheClockGoesBackThePeriodBeforeIsThereAgain() {
        Hand hand = new Hand();
        Stem stem = new Stem("board", "leaderboard", "a");
        Periods periods = new Periods.Rolling(stem, DAILY, DAILY.window().orElseThrow(), hand);
        hand.now = Instant.parse("2026-11-28T22:59:59Z");
        byte[] before = periods.now().board;
        hand.now = Instant.parse("2026-11-28T23:00:01Z");
        assertThat(periods.now().board).isNotEqualTo(before);
        hand.now = Instant.parse("2026-11-28T22:59:58Z");
        assertThat(periods.now().board).isEqualTo(before);
    }

    private static long millis(Standalone redis) {
        String[] time = redis.command("TIME").trim().split("\\s+");
        return Long.parseLong(time[0]) * 1_000 + Long.parseLong(time[1]) / 1_000;
    }

    @Test
    void x4_theServersTimeIsCountedOnWithoutAskingAgain(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            ServerClock clock =
                    new ServerClock(kw.connection(), "board:{a}".getBytes(UTF_8), Duration.ofSeconds(10), "board a");
            long before = millis(redis);
            long asked = clock.millis();
            assertThat(asked).isBetween(before - 1, millis(redis) + 1);
            redis.freeze();
            try {
                await().until(() -> clock.millis() > asked + 20);
            } finally {
                redis.thaw();
            }
            assertThat(clock.instant().toEpochMilli()).isGreaterThan(asked);
            LeaderboardOptions daily = LeaderboardOptions.DEFAULTS.withWindow(Window.daily(ZoneOffset.UTC));
            assertThat(kw.leaderboard("a", daily).today())
                    .isEqualTo(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        }
    }
}
