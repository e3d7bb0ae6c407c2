package dev.keywright.ops.scan;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How fast a scan went in the last few seconds, and what follows for its end. For one thread. */
final class Speed {

    private static final long WINDOW_NANOS = 5_000_000_000L;

    private record Mark(long nanos, long names) {}

    private final Deque<Mark> marks = new ArrayDeque<>();

    ScanProgress progress(List<ShardScan> scans) {
        List<Attempt> attempts =
                scans.stream().map(ShardScan::current).filter(Objects::nonNull).toList();
        long keys = attempts.stream().mapToLong(Attempt::keys).sum();
        long names = attempts.stream().mapToLong(Attempt::names).sum();
        long read = attempts.stream().mapToLong(Attempt::keysRead).sum();
        double perSecond = perSecond(names);
        boolean known = perSecond > 0 && attempts.size() == scans.size();
        return new ScanProgress(
                keys,
                names,
                read,
                perSecond,
                known
                        ? Optional.of(Duration.ofMillis((long) (1000 * Math.max(0, keys - names) / perSecond)))
                        : Optional.empty(),
                attempts.stream().anyMatch(Attempt::slowed));
    }

    private double perSecond(long names) {
        long now = System.nanoTime();
        marks.add(new Mark(now, names));
        while (now - marks.element().nanos() > WINDOW_NANOS && marks.size() > 2) {
            marks.remove();
        }
        Mark first = marks.element();
        return now == first.nanos() ? 0 : Math.max(0, names - first.names()) * 1e9 / (now - first.nanos());
    }
}
