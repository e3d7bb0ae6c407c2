package dev.keywright.ops.memory;

/**
 * What a node takes beside the data, for the {@link HeadRoom}. Measured on idle servers of 7.0, 8.0 and Valkey 8.0; good to
 * a tenth. Table and layout in {@code docs/memory.md}.
 */
public final class Overheads {

    /** Since 7.4 clients share one query buffer, so an active one keeps but its output buffer of 16 kB. */
    private static final double ACTIVE_CLIENT = 38_200;

    private static final double ACTIVE_CLIENT_SINCE_74 = 17_900;
    /** After some seconds without a command the server trims both buffers. */
    private static final double IDLE_CLIENT = 2_500;

    private static final double REPLICA_LINK = 38_000;
    private static final long BACKLOG_BLOCK = 16_384;

    private static final double EMPTY = 950_000;
    private static final double EMPTY_80 = 694_000;
    private static final double EMPTY_VALKEY_8 = 932_000;
    private static final double EMPTY_JEMALLOC = 880_000;
    private static final double CLUSTER = 720_000;
    private static final double CLUSTER_SINCE_74 = 1_350_000;
    private static final double CLUSTER_VALKEY_8 = 1_800_000;

    private static final int LIST_HEAD = 48;
    private static final int FEWEST = 1;

    private final Profile profile;
    private final Blocks blocks;
    private final Table table;

    public Overheads(Profile profile) {
        this.profile = profile;
        this.blocks = new Blocks(profile);
        this.table = new Table(blocks, false);
    }

    /** {@code used_memory} of a server without data; in a cluster tables of slots and nodes come on top. */
    public double emptyServerBytes() {
        double cluster = !newer() ? CLUSTER : profile.has(Trait.EMBEDDED_KEYS) ? CLUSTER_VALKEY_8 : CLUSTER_SINCE_74;
        return empty() + (profile.clustered() ? cluster : 0);
    }

    private double empty() {
        return switch (profile.version()) {
            case REDIS_7_0, REDIS_7_2, VALKEY_7_2 -> profile.allocator() == Allocator.LIBC ? EMPTY : EMPTY_JEMALLOC;
            case REDIS_7_4 -> EMPTY;
            case REDIS_8_0 -> EMPTY_80;
            case VALKEY_8_0 -> EMPTY_VALKEY_8;
        };
    }

    /**
     * Connections. Replies larger than 16 kB wait in memory on top of that, by default without a limit.
     *
     * @param active sent a command in the last few seconds
     */
    public double clientBytes(long active, long idle) {
        return active * (newer() ? ACTIVE_CLIENT_SINCE_74 : ACTIVE_CLIENT) + idle * IDLE_CLIENT;
    }

    /**
     * Subscriptions: a channel or pattern stands once in the server's table, with its subscribers in a list, or since 7.2 in
     * a table; and once in a table of each subscriber ({@code pubsub.c}). Messages only pass through output buffers.
     *
     * @param channels with at least one subscriber
     * @param subscriptions of all clients together
     */
    public double pubSubBytes(long channels, long subscriptions, long nameBytes) {
        if (channels == 0) {
            return 0;
        }
        double name = blocks.value(new Content.Piece(nameBytes, false, 0, 1), History.LOADED);
        double subscribers =
                profile.has(Trait.ACTIVE_CONSUMERS) ? table.head() + table.slots(FEWEST) : blocks.size(LIST_HEAD);
        double entry = blocks.size(Table.ENTRY);
        return channels * (name + entry + subscribers)
                + subscriptions * 2 * entry
                + table.slots(channels)
                + table.slots(subscriptions);
    }

    /** Links to replicas. Their output buffers beyond the backlog count for the machine, not for eviction. */
    public double replicaBytes(long replicas) {
        return replicas * REPLICA_LINK;
    }

    /** {@code repl-backlog-size} once so much was written since the first replica came; it is kept in blocks of 16 kB. */
    public double backlogBytes(long size) {
        return Math.ceil((double) size / BACKLOG_BLOCK) * blocks.size(BACKLOG_BLOCK);
    }

    private boolean newer() {
        return profile.has(Trait.TABLE_PER_SLOT);
    }
}
