package dev.keywright.ops.optimize;

import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.rdb.RdbKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What the keys of a file tell of settings that might suit them: which values miss being compact by how much, and a sample of keys
 * of every sort. Memory: some MB, whatever the file's size. Not for several threads.
 */
final class Facts implements RdbKeys.Visitor {

    /** Values of a kind that are about as large. The bounds are the smallest limits that take them in. */
    record Cell(long entries, long value) {}

    /** How many there are in a cell, and what they hold. */
    static final class Count {
        private long keys;
        private long elements;
        private long bytes;

        long keys() {
            return keys;
        }

        long elements() {
            return elements;
        }

        long bytes() {
            return bytes;
        }
    }

    /** A key by name, with the form of its value where that is not compact. */
    static final class Sampled {
        private final int database;
        private final byte[] name;
        private final @Nullable Form form;

        Sampled(int database, byte[] name, @Nullable Form form) {
            this.database = database;
            this.name = name;
            this.form = form;
        }

        int database() {
            return database;
        }

        byte[] name() {
            return name;
        }

        @Nullable
        Form form() {
            return form;
        }
    }

    /** Keys taken at random from a stream of unknown length. */
    private static final class Reservoir {
        private final List<Sampled> kept = new ArrayList<>();
        private final Random random = new Random(17);
        private long seen;

        void offer(Entry entry, @Nullable Form form) {
            seen++;
            if (kept.size() < MOST_SAMPLED) {
                kept.add(new Sampled(entry.database(), entry.key(), form));
            } else {
                long place = random.nextLong(seen);
                if (place < MOST_SAMPLED) {
                    kept.set((int) place, new Sampled(entry.database(), entry.key(), form));
                }
            }
        }
    }

    private static final int MOST_SAMPLED = 2_000;
    /** Larger values miss being compact by far, and commands on them would take all the time there is. */
    private static final int MOST_PAYLOAD = 1 << 20;

    private static final int ENTRIES_STEP = 64;
    private static final int VALUE_STEP = 32;

    private final Map<Form.Kind, Map<Cell, Count>> cells = new EnumMap<>(Form.Kind.class);
    private final Map<Form.Kind, Reservoir> large = new EnumMap<>(Form.Kind.class);
    private final Map<Integer, Reservoir> small = new HashMap<>();
    private final Patterns patterns = new Patterns();
    private long keys;
    private long outOfReach;

    @Override
    public void key(Entry entry) throws IOException {
        keys++;
        Form form = Form.of(entry);
        boolean sampled = entry.payload().length <= MOST_PAYLOAD;
        if (form == null) {
            if (sampled) {
                small.computeIfAbsent((int) entry.payload()[0], type -> new Reservoir())
                        .offer(entry, null);
            }
        } else if (form.kind() == Form.Kind.LIST && form.longestBytes() > Rewriting.MOST_BYTES) {
            outOfReach += form.bytes();
        } else {
            Directives limits = Directives.of(form.kind());
            if (sampled) {
                large.computeIfAbsent(form.kind(), kind -> new Reservoir()).offer(entry, form);
            }
            if (form.elements() <= Math.max(1, limits.mostEntries()) || form.kind() == Form.Kind.LIST) {
                count(form);
            }
        }
        patterns.key(entry);
    }

    private void count(Form form) {
        Cell cell = form.kind() == Form.Kind.LIST
                ? new Cell(1, 0)
                : new Cell(
                        up(form.elements(), ENTRIES_STEP),
                        form.kind() == Form.Kind.INTEGERS ? 0 : up(form.longestBytes(), VALUE_STEP));
        Count count =
                cells.computeIfAbsent(form.kind(), kind -> new HashMap<>()).computeIfAbsent(cell, any -> new Count());
        count.keys++;
        count.elements += form.elements();
        count.bytes += form.bytes();
    }

    private static long up(long value, int step) {
        return (value + step - 1) / step * step;
    }

    long keys() {
        return keys;
    }

    /** What lists that are too large to be written anew would lose by compression. */
    long outOfReach() {
        return outOfReach;
    }

    Map<Cell, Count> cells(Form.Kind kind) {
        return cells.getOrDefault(kind, Map.of());
    }

    Patterns patterns() {
        return patterns;
    }

    /** A sample of the keys of that kind which are not compact. */
    List<Sampled> large(Form.Kind kind) {
        Reservoir reservoir = large.get(kind);
        return reservoir == null ? List.of() : reservoir.kept;
    }

    /** How many keys of that kind are not compact, whatever their size. */
    long largeKeys(Form.Kind kind) {
        Reservoir reservoir = large.get(kind);
        return reservoir == null ? 0 : reservoir.seen;
    }

    /** A sample of keys of all sorts. */
    List<Sampled> all() {
        List<Sampled> all = new ArrayList<>();
        for (Reservoir each : reservoirs()) {
            all.addAll(each.kept);
        }
        return all;
    }

    private Collection<Reservoir> reservoirs() {
        List<Reservoir> both = new ArrayList<>(small.values());
        both.addAll(large.values());
        return both;
    }
}
