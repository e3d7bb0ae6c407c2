package dev.keywright.counter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.key.KeySpace;
import dev.keywright.script.Script;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys of some counters, and what is asked of them. */
final class CounterKeys {

    /** What the values beyond the cap are counted under; values have a '=' in front. */
    static final String OTHER = "*";

    private static final Script ADD = Script.beside(CounterKeys.class, "add.lua");

    final Calendar calendar;
    private final CounterOptions options;
    private final KeySpace keys;

    CounterKeys(String name, CounterOptions options) {
        this.options = options;
        this.calendar = new Calendar(options.zone());
        this.keys = KeySpace.of("count", name);
    }

    /** A hash to be raised. */
    private record Rise(Instant until, int cap, Map<String, Long> amounts) {}

    /**
     * Writes some cells of one subject, all or none.
     *
     * @param mark what remembers the batch, part of a key
     * @param batch 0 for none
     */
    Script.Invocation add(String subject, Map<Cell, Long> cells, String mark, long batch, Duration keep) {
        Map<String, Rise> rises = new LinkedHashMap<>();
        cells.forEach((cell, amount) -> raise(rises, cell, amount));
        List<String> all = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        all.add(keys.key(subject, mark));
        arguments.add(Long.toString(batch));
        arguments.add(Long.toString(keep.toMillis()));
        rises.forEach((part, rise) -> {
            all.add(keys.key(subject, part));
            arguments.add(Long.toString(Math.max(1, rise.until().toEpochMilli())));
            arguments.add(Integer.toString(rise.cap()));
            arguments.add(Integer.toString(rise.amounts().size()));
            rise.amounts().forEach((field, amount) -> {
                arguments.add(field);
                arguments.add(Long.toString(amount));
            });
        });
        Script.Invocation call = ADD.with(all, arguments);
        return batch > 0 ? call.repeatable() : call;
    }

    private void raise(Map<String, Rise> rises, Cell cell, long amount) {
        Instant at = Instant.ofEpochSecond(cell.minute() * 60);
        for (Granularity by : Granularity.values()) {
            Duration kept = options.kept(by);
            if (kept.isZero()) {
                continue;
            }
            Calendar.Slot slot = calendar.slot(by, at);
            raise(rises, slot.part(), slot.over().plus(kept), 0, Integer.toString(slot.field()), amount);
            if (by != Granularity.MINUTE) {
                cell.dimensions()
                        .forEach((dimension, value) -> raise(
                                rises,
                                part(slot, dimension),
                                slot.end().plus(kept),
                                options.dimensions().getOrDefault(dimension, 1),
                                '=' + value,
                                amount));
            }
        }
    }

    private static void raise(Map<String, Rise> rises, String part, Instant until, int cap, String field, long amount) {
        rises.computeIfAbsent(part, each -> new Rise(until, cap, new LinkedHashMap<>()))
                .amounts()
                .merge(field, amount, Math::addExact);
    }

    /** A bucket of a dimension is a hash of its own. */
    private static String part(Calendar.Slot slot, String dimension) {
        return "by:" + dimension + ":" + slot.part() + ":" + slot.field();
    }

    /** How many pairs such a cell is, at most. */
    int pairs(Cell cell) {
        return 3 + 2 * cell.dimensions().size();
    }

    Command read(String subject, Calendar.Slot slot) {
        return readPart(subject, slot.part());
    }

    Command read(String subject, Calendar.Slot slot, String dimension) {
        return readPart(subject, part(slot, dimension));
    }

    private Command readPart(String subject, String part) {
        return Command.named("HGETALL")
                .key(keys.key(subject, part).getBytes(UTF_8))
                .buildReadOnly();
    }
}
