package dev.keywright.counter;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What was counted for each value of a dimension.
 *
 * @param values the count of each value that has one of its own
 * @param other the count of all that came when there were as many values as the cap allows
 */
public record Breakdown(Map<String, Long> values, long other) {

    public Breakdown {
        values = Map.copyOf(values);
    }

    /** All of it: the values and the others. */
    public long total() {
        return values.values().stream().reduce(other, Math::addExact);
    }

    /**
     * The values that were counted most, the biggest first; those with equal counts by name. In one bucket each count is exact, and no value
     * that is missing was counted more than {@link #other()} times. Over several buckets up to {@code other()} may be missing from a count.
     *
     * @param count how many at most
     */
    public List<Map.Entry<String, Long>> top(int count) {
        return values.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(count)
                .toList();
    }
}
