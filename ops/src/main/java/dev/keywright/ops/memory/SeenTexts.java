package dev.keywright.ops.memory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Lengths of real texts and ranges of real integers, counted, to be written as a content. The texts themselves are not kept. */
final class SeenTexts {

    private final Map<Long, Long> lengths = new TreeMap<>();
    private final Map<Integer, Integers> integers = new TreeMap<>();
    private long count;

    /** Integers of so many characters. */
    private static final class Integers {
        private long low = Long.MAX_VALUE;
        private long high = Long.MIN_VALUE;
        private long count;
    }

    void add(String text) {
        count++;
        if (Numbers.isInteger(text)) {
            long number = Long.parseLong(text);
            Integers alike = integers.computeIfAbsent(text.length(), length -> new Integers());
            alike.low = Math.min(alike.low, number);
            alike.high = Math.max(alike.high, number);
            alike.count++;
        } else {
            lengths.merge((long) text.getBytes(StandardCharsets.UTF_8).length, 1L, Long::sum);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** In the notation of contents. */
    String content() {
        List<String> parts = new ArrayList<>();
        long texts = lengths.values().stream().mapToLong(many -> many).sum();
        integers.values()
                .forEach(alike -> parts.add(percent(alike.count) + "integers " + alike.low + " to " + alike.high));
        if (texts > 0) {
            parts.add(percent(texts) + counted(lengths));
        }
        return parts.size() == 1 ? parts.get(0).replaceFirst("^100\\.0* % ", "") : String.join(" | ", parts);
    }

    private String percent(long part) {
        return String.format(Locale.ROOT, "%.4f %% ", 100.0 * part / count);
    }

    /** Counted sizes in the notation of sizes. */
    static String counted(Map<Long, Long> counts) {
        double all = counts.values().stream().mapToDouble(many -> many).sum();
        if (counts.size() == 1) {
            return Long.toString(counts.keySet().iterator().next());
        }
        return Notation.counted(counts.entrySet().stream()
                .map(entry -> new Sizes.Share(entry.getKey(), entry.getValue() / all))
                .toList());
    }
}
