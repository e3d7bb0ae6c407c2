package dev.keywright.ops.memory;

/**
 * Predicts what Redis 7.0 takes for data of given shape, from how the server lays it out: objects, strings, listpacks,
 * hash tables that double, skip lists. Figures are for one data set at rest (no table half-way through growing).
 * Immutable; any number of threads.
 */
public final class MemoryModel {

    private static final double OBJECT = 16;
    private static final double ENTRY = 24;
    private static final double TABLE_HEADER = 56;
    private static final int LISTPACK_VALUE_MAX = 64;
    private static final int HASH_LISTPACK_MAX = 512;
    private static final int ZSET_LISTPACK_MAX = 128;
    private static final int LIST_NODE_BYTES = 8192;

    private final Allocator allocator;

    public MemoryModel(Allocator allocator) {
        this.allocator = allocator;
    }

    /** The key tables and keys themselves: what {@code keys} names of {@code keyBytes} take, values not counted. */
    public double keyspace(double keys, double keyBytes, boolean withTtl) {
        double perKey = text(keyBytes) + size(ENTRY) + (withTtl ? size(ENTRY) : 0);
        return keys * perKey + table(keys) * (withTtl ? 2 : 1);
    }

    /** The value of a string key. */
    public double string(double bytes) {
        return bytes <= 44 ? size(20 + bytes) : size(OBJECT) + text(bytes);
    }

    /** A hash of {@code fields} fields. */
    public double hash(double fields, double fieldBytes, double valueBytes) {
        boolean small = fields <= HASH_LISTPACK_MAX && Math.max(fieldBytes, valueBytes) <= LISTPACK_VALUE_MAX;
        return small
                ? listpack(fields * (packed(fieldBytes) + packed(valueBytes)))
                : table(fields, text(fieldBytes) + text(valueBytes));
    }

    /** A set of members that are not integers. */
    public double set(double members, double memberBytes) {
        return table(members, text(memberBytes));
    }

    /** A set of integers below 2^31 is an array up to 512 members, a hash table beyond. */
    public double integerSet(double members) {
        return members <= 512 ? size(OBJECT) + size(8 + members * 4) : table(members, text(10));
    }

    public double sortedSet(double members, double memberBytes) {
        if (members <= ZSET_LISTPACK_MAX && memberBytes <= LISTPACK_VALUE_MAX) {
            return listpack(members * (packed(memberBytes) + 6));
        }
        double levels = 0;
        for (int level = 1; level <= 12; level++) {
            levels += 0.75 * Math.pow(0.25, level - 1) * size(24 + 16.0 * level);
        }
        double heads = size(OBJECT) + size(OBJECT) + size(TABLE_HEADER) + size(32) + size(536);
        return heads + table(members) + members * (size(ENTRY) + text(memberBytes) + levels);
    }

    public double list(double elements, double elementBytes) {
        double perNode = Math.max(1, Math.floor((LIST_NODE_BYTES - 8) / (packed(elementBytes) + 1)));
        double nodes = Math.ceil(elements / perNode);
        double filled = Math.min(elements, perNode);
        return size(OBJECT) + size(40) + nodes * (size(40) + size(7 + filled * packed(elementBytes)));
    }

    /** A stream whose entries all have the same field names. */
    public double stream(double entries, double fields, double valueBytes) {
        double entry = 14 + fields * packed(valueBytes);
        double perNode = Math.max(1, Math.min(100, Math.floor(4096 / Math.max(1, fields * (valueBytes + 8)))));
        double nodes = Math.ceil(entries / perNode);
        return size(OBJECT) + size(80) + nodes * (size(40 + Math.min(entries, perNode) * entry) + size(OBJECT) + 90);
    }

    /** Dense, which every HyperLogLog of more than about 2,000 members is. */
    public double hyperLogLog() {
        return size(OBJECT) + size(12_310);
    }

    /** A bitmap up to its highest bit. */
    public double bitmap(double bits) {
        return size(OBJECT) + text(Math.ceil(bits / 8));
    }

    private double table(double members, double perMember) {
        return size(OBJECT) + size(TABLE_HEADER) + table(members) + members * (size(ENTRY) + perMember);
    }

    private double table(double entries) {
        return entries < 1 ? 0 : size(8 * Math.max(4, Math.pow(2, Math.ceil(Math.log(entries) / Math.log(2)))));
    }

    private double listpack(double entryBytes) {
        return size(OBJECT) + size(7 + entryBytes);
    }

    /** A string as an entry of a listpack: encoding, bytes, back length. */
    private static double packed(double bytes) {
        double encoding = bytes < 64 ? 1 : bytes < 4096 ? 2 : 5;
        double body = encoding + bytes;
        return body + (body <= 127 ? 1 : body < 16_383 ? 2 : 3);
    }

    /** A string of its own: header, bytes, a closing zero. */
    private double text(double bytes) {
        int header = bytes < 32 ? 1 : bytes < 256 ? 3 : bytes < 65_536 ? 5 : 9;
        return size(header + bytes + 1);
    }

    private double size(double bytes) {
        return allocator.size(bytes);
    }
}
