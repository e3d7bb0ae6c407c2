package dev.keywright.counter;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Questions about ranges: which hashes are read, and what their answers mean. */
final class Ranges {

    private static final int MOST_HASHES = 1_000;

    private final CounterKeys keys;
    private final CounterOptions options;
    private final String where;

    Ranges(CounterKeys keys, CounterOptions options, String where) {
        this.keys = keys;
        this.options = options;
        this.where = where;
    }

    /** Commands, one for each part, in their order; and the buckets that lie in them. */
    record Question(List<Command> commands, Map<String, Integer> parts, List<Calendar.Slot> slots) {}

    void requireDimension(String dimension) {
        if (!options.dimensions().containsKey(dimension)) {
            throw new IllegalArgumentException("There is no dimension '" + dimension + "' (" + where
                    + "); the options name " + options.dimensions().keySet());
        }
    }

    Question buckets(String subject, Granularity by, Instant from, Instant to) {
        List<Command> commands = new ArrayList<>();
        Map<String, Integer> parts = new LinkedHashMap<>();
        List<Calendar.Slot> slots = new ArrayList<>();
        Calendar.Slot slot = first(by, from, to);
        while (slot.start().isBefore(to)) {
            if (!parts.containsKey(slot.part())) {
                parts.put(slot.part(), commands.size());
                commands.add(keys.read(subject, slot));
                limit(commands, from, to);
            }
            slots.add(slot);
            slot = keys.calendar.slot(by, slot.end());
        }
        return new Question(commands, parts, slots);
    }

    private Calendar.Slot first(Granularity by, Instant from, Instant to) {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("The range from " + from + " to " + to + " is empty");
        }
        Calendar.check(from);
        Calendar.check(to);
        if (options.kept(by).isZero()) {
            throw new IllegalArgumentException("No buckets by " + by + " are kept (" + where + ")");
        }
        return keys.calendar.slot(by, from);
    }

    private static void limit(List<Command> commands, Instant from, Instant to) {
        if (commands.size() > MOST_HASHES) {
            throw new IllegalArgumentException("From " + from + " to " + to + " more than " + MOST_HASHES
                    + " hashes would be read; give a shorter range, or ask by longer buckets");
        }
    }

    List<Bucket> read(Question question, List<Reply> replies) {
        List<Map<String, Long>> hashes = replies.stream().map(this::hash).toList();
        List<Bucket> buckets = new ArrayList<>(question.slots().size());
        for (Calendar.Slot slot : question.slots()) {
            Map<String, Long> hash = hashes.get(question.parts().getOrDefault(slot.part(), 0));
            long count = hash.getOrDefault(Integer.toString(slot.field()), 0L);
            buckets.add(new Bucket(slot.start(), slot.end(), count));
        }
        return buckets;
    }

    List<Command> breakdown(String subject, String dimension, Granularity by, Instant from, Instant to) {
        requireDimension(dimension);
        if (by == Granularity.MINUTE) {
            throw new IllegalArgumentException("Dimensions are counted by hour and by day; ask for one of them");
        }
        List<Command> commands = new ArrayList<>();
        Calendar.Slot slot = first(by, from, to);
        while (slot.start().isBefore(to)) {
            commands.add(keys.read(subject, slot, dimension));
            limit(commands, from, to);
            slot = keys.calendar.slot(by, slot.end());
        }
        return commands;
    }

    Breakdown readBreakdown(List<Reply> replies) {
        Map<String, Long> values = new HashMap<>();
        long other = 0;
        for (Reply reply : replies) {
            for (Map.Entry<String, Long> entry : hash(reply).entrySet()) {
                if (entry.getKey().equals(CounterKeys.OTHER)) {
                    other = Math.addExact(other, entry.getValue());
                } else {
                    values.merge(entry.getKey().substring(1), entry.getValue(), Math::addExact);
                }
            }
        }
        return new Breakdown(values, other);
    }

    private Map<String, Long> hash(Reply reply) {
        List<Reply> items = reply.orThrow(where).items();
        Map<String, Long> hash = new HashMap<>(items.size());
        for (int i = 0; i < items.size(); i += 2) {
            hash.put(items.get(i).text(), number(items.get(i + 1).text()));
        }
        return hash;
    }

    private long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new KeywrightException.Misused("A count is no whole number (" + where
                    + "); something else writes to its keys. Give it another name.");
        }
    }

    static long sum(List<Bucket> buckets) {
        long sum = 0;
        for (Bucket bucket : buckets) {
            sum = Math.addExact(sum, bucket.count());
        }
        return sum;
    }
}
