package dev.keywright.ops.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The keys of which a figure is largest. Among equals names decide, so that the order of keys does not. One thread. */
final class TopKeys {

    /** A key and its figure. */
    record Ranked(long figure, Key key) {}

    private static final Comparator<Ranked> LEAST_FIRST = Comparator.comparingLong(Ranked::figure)
            .thenComparing((one, other) ->
                    Arrays.compare(other.key().name().bytes(), one.key().name().bytes()))
            .thenComparing(ranked -> -ranked.key().database());

    private final int most;
    private final PriorityQueue<Ranked> kept = new PriorityQueue<>(LEAST_FIRST);
    private long least = Long.MIN_VALUE;

    TopKeys(int most) {
        this.most = most;
    }

    void add(long figure, Key key) {
        if (figure > least || kept.size() < most || isBefore(figure, key)) {
            add(new Ranked(figure, key));
        }
    }

    /** Of a figure that is the least or less: whether its name comes before that of the least, so that it may take its place. */
    private boolean isBefore(long figure, Key key) {
        return figure == least
                && Arrays.compare(
                                key.name().bytes(), kept.element().key().name().bytes())
                        <= 0;
    }

    private void add(Ranked ranked) {
        if (kept.size() < most) {
            kept.add(slim(ranked));
        } else if (!kept.isEmpty() && LEAST_FIRST.compare(ranked, kept.peek()) > 0) {
            kept.poll();
            kept.add(slim(ranked));
        }
        if (kept.size() == most && most > 0) {
            least = kept.element().figure();
        }
    }

    /** Its shape may be large and is not needed. */
    private static Ranked slim(Ranked ranked) {
        Key key = ranked.key();
        return key.shape() == null
                ? ranked
                : new Ranked(
                        ranked.figure(),
                        new Key(
                                key.database(),
                                key.name(),
                                key.type(),
                                key.encoding(),
                                key.bytes(),
                                key.elements(),
                                key.expiresAtMillis(),
                                key.idleSeconds(),
                                key.frequency(),
                                null));
    }

    void add(TopKeys other) {
        other.kept.forEach(this::add);
    }

    /** The largest first. */
    List<Key> keys() {
        List<Ranked> all = new ArrayList<>(kept);
        all.sort(LEAST_FIRST.reversed());
        return all.stream().map(Ranked::key).toList();
    }
}
