package dev.keywright.ops.memory;

/** The tables of keys and of times to live, and the keys themselves. Source: {@code db.c}, {@code kvstore.c}. */
final class Keyspace {

    /** Value and next pointer and one byte before a key that is part of its entry. */
    private static final int EMBEDDING = 17;

    private static final long SLOT_TABLE = 64;
    private static final int SLOT_SIZES = 2_400;

    private final Blocks blocks;
    private final Profile profile;
    private final Table table;
    private final boolean embedding;
    private final long entryBytes;

    Keyspace(Blocks blocks, Profile profile) {
        this.blocks = blocks;
        this.profile = profile;
        this.table = new Table(blocks, false);
        this.embedding = profile.has(Trait.EMBEDDED_KEYS);
        this.entryBytes = Table.ENTRY + (profile.clustered() && profile.has(Trait.SLOT_LINKS) ? Table.SLOT_LINKS : 0L);
    }

    /** A key and its entry. */
    Cost key(Sizes names, History history) {
        return Costs.of(Spread.of(names), bytes -> key(bytes, history));
    }

    /** A key with a name of that length, and its entry. */
    double key(long bytes, History history) {
        return embedding
                ? blocks.size(EMBEDDING + embedded(bytes, history))
                : blocks.text(bytes) + blocks.size(entryBytes);
    }

    /** What MEMORY USAGE counts of a key beside its value. */
    double usage(long bytes, History history) {
        return embedding ? key(bytes, history) : blocks.text(bytes) + entryBytes;
    }

    /** A key is copied with the header it came with; a short one from a command has that of a longer text. */
    private static long embedded(long bytes, History history) {
        return history == History.GROWN && bytes <= 44 ? 3 + bytes + 1 : Blocks.textBytes(bytes);
    }

    /** The entry of a key's time to live, which shares the key. */
    double expiry() {
        return blocks.size(Table.ENTRY);
    }

    boolean tablePerSlot() {
        return profile.clustered() && profile.has(Trait.TABLE_PER_SLOT);
    }

    double table(long keys) {
        return tables(keys, keysHead());
    }

    /** What of {@link #table} and {@link #expiryTable} is no slots of tables, but what each hash slot in use has of its own. */
    double slotHeads(long keys, long expiring) {
        return tablePerSlot()
                ? slotsInUse(keys) * blocks.size(keysHead()) + slotsInUse(expiring) * blocks.size(head())
                : 0;
    }

    private double slotsInUse(long keys) {
        return profile.slots() * -Math.expm1(-(double) keys / profile.slots());
    }

    private long keysHead() {
        return head() + (profile.has(Trait.SIZES_PER_SLOT) ? SLOT_SIZES : 0);
    }

    double expiryTable(long keys) {
        return tables(keys, head());
    }

    private long head() {
        return profile.has(Trait.WIDER_KEY_TABLES) ? SLOT_TABLE + 8 : SLOT_TABLE;
    }

    /** Valkey makes the tables of a single server with the server itself, so their heads are no part of the data. */
    private double tables(long keys, long head) {
        if (keys == 0) {
            return 0;
        }
        if (tablePerSlot()) {
            return perSlot((double) keys / profile.slots(), head) * profile.slots();
        }
        boolean onDemand = profile.has(Trait.TABLE_PER_SLOT) && !profile.has(Trait.WIDER_KEY_TABLES);
        return table.slots(keys) + (onDemand ? blocks.size(head) : 0);
    }

    /** What a slot's table takes when each slot has so many keys in the mean, by chance. */
    private double perSlot(double mean, long head) {
        double spread = 8 * Math.sqrt(mean) + 8;
        double sum = 0;
        for (long keys = (long) Math.max(1, mean - spread); keys <= mean + spread; keys++) {
            double log = keys * Math.log(mean) - mean - logFactorial(keys);
            sum += Math.exp(log) * (blocks.size(head) + table.slots(keys));
        }
        return sum;
    }

    private static double logFactorial(long n) {
        double sum = 0;
        for (long i = 2; i <= n; i++) {
            sum += Math.log((double) i);
        }
        return sum;
    }
}
