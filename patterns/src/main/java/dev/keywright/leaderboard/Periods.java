package dev.keywright.leaderboard;

import dev.keywright.lease.Stem;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a board lies now: always the same keys, or those of the present period. */
interface Periods {

    /** For reads, by what this process knows of the server's clock. */
    Keys now();

    /** Where there are periods, the day in which the present one is. */
    default Optional<LocalDate> today() {
        return Optional.empty();
    }

    /** For a script that writes, and decides by the server's clock. */
    Keys.Target target();

    /** The same keys at any time. */
    static Periods fixed(Keys keys) {
        Keys.Target target = Keys.Target.of(keys);
        return new Periods() {
            @Override
            public Keys now() {
                return keys;
            }

            @Override
            public Keys.Target target() {
                return target;
            }
        };
    }

    /** A period that was asked for, which is kept until it is due. */
    static Periods at(Stem stem, LeaderboardOptions options, Window window, LocalDate day) {
        LocalDate first = window.first(day);
        Keys keys = Keys.of(stem, options, window, first);
        long ends = window.start(window.later(first, 1)) + window.kept().toMillis();
        Keys.Target target =
                Keys.Target.of(keys, keys, keys, Stream.of(0L, 0L, Rolling.NEVER, Rolling.NEVER, ends, ends, ends));
        return new Periods() {
            @Override
            public Keys now() {
                return keys;
            }

            @Override
            public Keys.Target target() {
                return target;
            }
        };
    }

    /** The keys change at each end of a period; threads: any number. */
    final class Rolling implements Periods {

        static final long NEVER = (1L << 53) - 1;

        /** What is worked out once per period. */
        private record Present(long start, long end, Keys keys, Keys.Target target) {}

        private final Stem stem;
        private final LeaderboardOptions options;
        private final Window window;
        private final Clock clock;
        private volatile @Nullable Present present; // none until it is asked for

        Rolling(Stem stem, LeaderboardOptions options, Window window, Clock clock) {
            this.stem = stem;
            this.options = options;
            this.window = window;
            this.clock = clock;
        }

        private Present present() {
            long now = clock.millis();
            Present known = present;
            if (known == null || now < known.start || now >= known.end) {
                known = work(now);
                present = known;
            }
            return known;
        }

        private Present work(long now) {
            LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(now), window.zone());
            LocalDate first = window.first(day);
            if (now >= window.start(window.later(first, 1))) { // clocks were set back over midnight: the next has begun
                first = window.later(first, 1);
            }
            LocalDate before = window.later(first, -1);
            LocalDate after = window.later(first, 1);
            long start = window.start(first);
            long end = window.start(after);
            long afterEnd = window.start(window.later(first, 2));
            long kept = window.kept().toMillis();
            Keys keys = Keys.of(stem, options, window, first);
            Keys.Target target = Keys.Target.of(
                    Keys.of(stem, options, window, before),
                    keys,
                    Keys.of(stem, options, window, after),
                    Stream.of(window.start(before), start, end, afterEnd, end + kept, start + kept, afterEnd + kept));
            return new Present(start, end, keys, target);
        }

        @Override
        public Keys now() {
            return present().keys;
        }

        @Override
        public Optional<LocalDate> today() {
            return Optional.of(LocalDate.ofInstant(clock.instant(), window.zone()));
        }

        @Override
        public Keys.Target target() {
            return present().target;
        }
    }
}
