package dev.keywright.leaderboard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.lease.Stem;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The keys of a board for ever, or of one period. */
final class Keys {

    final byte[] board;
    final byte[] distinct;

    private Keys(Stem stem, String suffix) {
        this.board = stem.key(suffix);
        this.distinct = stem.key(suffix + ":distinct");
    }

    /** What a stored number means is part of the name, so that boards of other options never read each other's. */
    static Keys ever(Stem stem, LeaderboardOptions options) {
        return new Keys(stem, layout(options));
    }

    static Keys of(Stem stem, LeaderboardOptions options, Window window, LocalDate first) {
        String length = window.length().name().toLowerCase(Locale.ROOT);
        return new Keys(
                stem, layout(options) + ':' + length + ':' + window.zone().getId() + ':' + first);
    }

    private static String layout(LeaderboardOptions options) {
        return (options.lowest() ? ":lowest" : "")
                + (options.bits() > 0 ? ":first" + options.bits() : "")
                + (options.distinct() ? ":dense" : "");
    }

    byte[][] pair() {
        return new byte[][] {board, distinct};
    }

    /** What a script that writes is given. */
    record Target(List<byte[]> keys, List<byte[]> clock) {

        static Target of(Keys keys) {
            return new Target(List.of(keys.board, keys.distinct), List.of());
        }

        /** The script takes the period it is by the server's clock, of the three that this process takes for the nearest. */
        static Target of(Keys before, Keys now, Keys after, Stream<Long> times) {
            return new Target(
                    List.of(now.board, now.distinct, before.board, before.distinct, after.board, after.distinct),
                    times.map(time -> Long.toString(time).getBytes(US_ASCII)).toList());
        }
    }
}
