package dev.keywright.ops.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What lies in the slots: keys counted exactly, bytes measured on some of them. Counting costs 16,384 quick commands over all
 * masters; measuring costs one {@code MEMORY USAGE} per key, sent {@value #TOGETHER} at a time so that nobody waits long.
 */
final class SlotSurvey {

    private static final int TOGETHER = 500;

    /**
     * A key and what it takes.
     *
     * @param name as text; bytes that are no text are replaced
     */
    record Giant(int slot, String name, long bytes) {}

    /** What measuring some keys of some slots gave: a slot's bytes by its own keys, or by the mean of all where none was measured. */
    static final class Sample {

        private final double[] bytesOf;
        private final long keys;
        private final Optional<Giant> biggest;

        private Sample(double[] bytesOf, long keys, Optional<Giant> biggest) {
            this.bytesOf = bytesOf;
            this.keys = keys;
            this.biggest = biggest;
        }

        double bytes(int slot) {
            return bytesOf[slot];
        }

        long bytes(Slots slots) {
            return Math.round(slots.bits().stream().mapToDouble(this::bytes).sum());
        }

        /** How many keys were measured. */
        long keys() {
            return keys;
        }

        Optional<Giant> biggest() {
            return biggest;
        }
    }

    private final Members members;

    SlotSurvey(Members members) {
        this.members = members;
    }

    /** Keys in each slot; 0 where no reachable master serves it. */
    long[] keys(ClusterView view) {
        long[] keys = new long[Slots.ALL];
        for (ClusterView.Node master : view.masters()) {
            if (master.reachable()) {
                count(master, keys);
            }
        }
        return keys;
    }

    private void count(ClusterView.Node master, long[] keys) {
        List<Integer> slots = master.slots().bits().stream().boxed().toList();
        for (int from = 0; from < slots.size(); from += TOGETHER) {
            List<Integer> some = slots.subList(from, Math.min(from + TOGETHER, slots.size()));
            long[] counts = count(master, some);
            for (int i = 0; i < counts.length; i++) {
                keys[some.get(i)] = counts[i];
            }
        }
    }

    /** Keys that a master has in each of some slots, its own or not, in one round trip. */
    long[] count(ClusterView.Node master, List<Integer> slots) {
        List<Command> questions = slots.stream()
                .map(slot -> Members.words("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot)))
                .toList();
        return members.batch(master.endpoint(), questions).stream()
                .mapToLong(answer -> answer.orThrow(master.address()).number())
                .toArray();
    }

    /** Measures at most so many keys of each slot: those that the server lists first. */
    Sample measure(ClusterView view, BitSet slots, long[] keys, int perSlot) {
        double[] bytesOf = new double[Slots.ALL];
        BitSet measured = new BitSet(Slots.ALL);
        List<Giant> biggest = new ArrayList<>();
        long count = 0;
        double sampledBytes = 0;
        for (ClusterView.Node master : view.masters()) {
            BitSet own = master.slots().bits();
            own.and(slots);
            for (int slot : own.stream().filter(each -> keys[each] > 0).toArray()) {
                List<Giant> sizes = sizes(master.endpoint(), slot, perSlot);
                double sum = sizes.stream().mapToLong(Giant::bytes).sum();
                if (!sizes.isEmpty()) {
                    bytesOf[slot] = sum / sizes.size() * keys[slot];
                    measured.set(slot);
                }
                count += sizes.size();
                sampledBytes += sum;
                sizes.stream().max(Comparator.comparingLong(Giant::bytes)).ifPresent(biggest::add);
            }
        }
        double mean = count == 0 ? 0 : sampledBytes / count;
        slots.stream().filter(slot -> !measured.get(slot)).forEach(slot -> bytesOf[slot] = mean * keys[slot]);
        return new Sample(bytesOf, count, biggest.stream().max(Comparator.comparingLong(Giant::bytes)));
    }

    private List<Giant> sizes(Endpoint endpoint, int slot, int most) {
        List<Giant> sizes = new ArrayList<>();
        List<byte[]> names = names(endpoint, slot, most);
        for (int from = 0; from < names.size(); from += TOGETHER) {
            List<byte[]> some = names.subList(from, Math.min(from + TOGETHER, names.size()));
            long[] bytes = bytes(endpoint, some);
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] >= 0) {
                    sizes.add(new Giant(slot, new String(some.get(i), UTF_8), bytes[i]));
                }
            }
        }
        return sizes;
    }

    /** Keys of a slot, at most so many. */
    List<byte[]> names(Endpoint endpoint, int slot, int most) {
        return names(endpoint, List.of(slot), most).get(0);
    }

    /** Keys of each of some slots, at most so many of each, in one round trip. */
    List<List<byte[]>> names(Endpoint endpoint, List<Integer> slots, int most) {
        List<Command> questions = slots.stream()
                .map(slot -> Members.words("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), Integer.toString(most)))
                .toList();
        return members.batch(endpoint, questions).stream()
                .map(answer -> answer.orThrow(endpoint.toString()).items().stream()
                        .map(Reply::bytes)
                        .toList())
                .toList();
    }

    /** What each key takes, by the server's own estimate; -1 for one that is gone. */
    long[] bytes(Endpoint endpoint, List<byte[]> keys) {
        List<Reply> answers = members.batch(
                endpoint,
                keys.stream()
                        .map(key -> Command.named("MEMORY")
                                .argument("USAGE")
                                .key(key)
                                .buildRepeatable())
                        .toList());
        return answers.stream()
                .mapToLong(answer -> answer instanceof Reply.Whole bytes ? bytes.value() : -1)
                .toArray();
    }
}
