package dev.keywright.ops.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Predicts what data takes in a server, from how that server lays it out: objects, strings, listpacks, hash tables that
 * double, skip lists, radix trees. Every block is put through the allocator's sizes, every spread of sizes through the steps
 * between them, so nothing is averaged that does not grow evenly.
 * <ul>
 *   <li>Source: the servers' own code, named at each part; {@code docs/memory.md} has the layouts and the measured errors.
 *   <li>Complexity: microseconds for fixed sizes, up to some milliseconds where sizes and counts both spread.
 *   <li>Threads: any number; immutable. No server is asked.
 * </ul>
 */
public final class MemoryModel {

    /** What is not known of any server: blocks of its own that grow with use. */
    private static final double LOOSE_BYTES = 2_048;

    private static final double CONFIDENCE = 2.6;

    private final Profile profile;
    private final Blocks blocks;
    private final Keyspace keyspace;
    private final Texts texts;
    private final Aggregates aggregates;
    private final Lists lists;
    private final Streams streams;

    public MemoryModel(Profile profile) {
        this.profile = profile;
        this.blocks = new Blocks(profile);
        this.keyspace = new Keyspace(blocks, profile);
        this.texts = new Texts(blocks, profile);
        this.aggregates = new Aggregates(blocks, profile);
        this.lists = new Lists(blocks, profile);
        this.streams = new Streams(blocks, profile);
    }

    public Profile profile() {
        return profile;
    }

    /** What one database with all this data takes once its tables are done growing. */
    public Estimate estimate(List<DataSet> sets) {
        long keys = 0;
        Cost expiry = Cost.NOTHING;
        Cost names = Cost.NOTHING;
        Cost values = Cost.NOTHING;
        double otherwise = 0;
        for (DataSet set : sets) {
            Cost value = cost(set.value(), set.history());
            keys += set.keys();
            double ratio = set.expiringRatio();
            expiry = expiry.plus(new Cost(ratio, ratio * (1 - ratio), 0).times(set.keys()));
            names = names.plus(keyspace.key(set.names(), set.history()).times(set.keys()));
            values = values.plus(value.times(set.keys()));
            otherwise += (cost(set.value(), other(set.history())).mean() - value.mean()) * set.keys();
        }
        List<Estimate.Part> parts = List.of(
                new Estimate.Part("keys", names.mean()),
                new Estimate.Part("values", values.mean()),
                new Estimate.Part("key table", keyspace.table(keys)),
                new Estimate.Part("expiry entries", expiry.mean() * keyspace.expiry()),
                new Estimate.Part("expiry table", expiryTable(expiry, 0)));
        double total = parts.stream().mapToDouble(Estimate.Part::bytes).sum();
        double strayExpiry = CONFIDENCE * Math.sqrt(expiry.variance()) * keyspace.expiry();
        double stray = CONFIDENCE * Math.sqrt(names.variance() + values.variance())
                + names.doubt()
                + values.doubt()
                + strayExpiry
                + LOOSE_BYTES;
        double low = total - stray + Math.min(0, otherwise) + expiryTable(expiry, -CONFIDENCE) - expiryTable(expiry, 0);
        double high = total + stray + Math.max(0, otherwise) + expiryTable(expiry, CONFIDENCE) - expiryTable(expiry, 0);
        return new Estimate(total, Math.max(0, low), high, keys, parts);
    }

    /** The table of as many keys with a TTL as there are with so many standard deviations more. */
    private double expiryTable(Cost expiry, double deviations) {
        return keyspace.expiryTable(Math.round(Math.max(0, expiry.mean() + deviations * Math.sqrt(expiry.variance()))));
    }

    /** As {@link #estimate(List)}, of one data set. */
    public Estimate estimate(DataSet set) {
        return estimate(List.of(set));
    }

    /** What the value of one key takes, without the key. */
    public double value(Value value) {
        return value(value, History.GROWN);
    }

    /** As {@link #value(Value)}, for a value that came into the server that way. */
    public double value(Value value, History history) {
        return cost(value, history).mean();
    }

    /** What one key takes without its value and its part of the tables. */
    public double key(long bytes, boolean withTtl) {
        return keyspace.key(Sizes.of(bytes), History.GROWN).mean() + (withTtl ? keyspace.expiry() : 0);
    }

    /** What the tables of so many keys take, of which so many have a TTL. */
    public double tables(long keys, long expiring) {
        return keyTable(keys) + expiryTable(expiring);
    }

    /** What the table of so many keys takes; in a cluster of 7.4 and newer, those of all slots served. */
    public double keyTable(long keys) {
        return keyspace.table(keys);
    }

    /** What the table of so many keys with a TTL takes. */
    public double expiryTable(long expiring) {
        return keyspace.expiryTable(expiring);
    }

    /** What of those tables each hash slot in use has for itself, in a cluster of 7.4 and newer; else nothing. */
    public double slotHeads(long keys, long expiring) {
        return keyspace.slotHeads(keys, expiring);
    }

    /** What the TTL of one key takes without its part of the table. */
    public double expiryEntry() {
        return keyspace.expiry();
    }

    /** What a library of functions takes whose source is that long; what its compiled form takes is no part of used_memory. */
    public double function(long sourceBytes) {
        return blocks.text(sourceBytes);
    }

    /**
     * The jumps that a growing number of keys meets, up to {@code horizon} times as many as now; the share of keys with a
     * TTL stays. In a cluster of 7.4 and newer each slot has a table of its own, so there is none.
     */
    public List<Step> steps(List<DataSet> sets, double horizon) {
        long keys = sets.stream().mapToLong(DataSet::keys).sum();
        long expiring = Math.round(sets.stream()
                .mapToDouble(set -> set.keys() * set.expiringRatio())
                .sum());
        List<Step> steps = new ArrayList<>();
        if (!keyspace.tablePerSlot()) {
            doublings(steps, "key table", keys, 1, horizon);
            doublings(steps, "expiry table", expiring, expiring == 0 ? 1 : (double) keys / expiring, horizon);
        }
        return steps.stream().sorted(Comparator.comparingLong(Step::at)).toList();
    }

    private void doublings(List<Step> steps, String what, long entries, double keysPerEntry, double horizon) {
        for (long slots = Table.slotCount(entries); entries > 0 && slots < entries * horizon; slots *= 2) {
            double old = blocks.size(8 * slots);
            steps.add(new Step(what, (long) Math.ceil((slots + 1) * keysPerEntry), blocks.size(16 * slots) - old, old));
        }
    }

    private static History other(History history) {
        return history == History.GROWN ? History.LOADED : History.GROWN;
    }

    private Cost cost(Value value, History history) {
        if (value instanceof Value.Text text) {
            return texts.text(text, history);
        } else if (value instanceof Value.Appended appended) {
            return texts.appended(appended, history);
        } else if (value instanceof Value.Bitmap bitmap) {
            return texts.bitmap(bitmap, history);
        } else if (value instanceof Value.HyperLogLog registers) {
            return texts.hyperLogLog(registers, history);
        } else if (value instanceof Value.Hash hash) {
            return aggregates.hash(hash, history);
        } else if (value instanceof Value.SetOf set) {
            return aggregates.set(set, history);
        } else if (value instanceof Value.SortedSet set) {
            return aggregates.sortedSet(set, history);
        } else if (value instanceof Value.ListOf list) {
            return lists.cost(list);
        }
        return streams.cost((Value.Stream) value, history);
    }
}
