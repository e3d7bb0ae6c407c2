package dev.keywright.ops.memory;

/**
 * What one key with a known value takes, from the lengths of all that it consists of: {@link #begin}, then each element as it
 * comes, then the method named after the type, then what it took.
 * <ul>
 *   <li>Exact but for chance: levels of skip lists, buckets of sets without entries, tables that were moving, groups of timers
 *       and names of consumers stand at their expected values.
 *   <li>Complexity: some nanoseconds for an element; nothing is kept of it.
 *   <li>Not for several threads. One object does for any number of keys.
 * </ul>
 */
public final class KeyCost {

    private final Blocks blocks;
    private final Keyspace keyspace;
    private final Profile profile;
    private final History history;
    private final Tally tally;
    private final Elements elements;
    private final AggregateCost aggregate;
    private final ListCost list;
    private final StreamCost stream;
    private final long mostScores;

    private Layout layout = Layout.RAW;

    /**
     * @param history how the values came into the server; {@link History#GROWN} counts the room that growing leaves behind
     * @param encodings whether the stored forms stay
     */
    public KeyCost(Profile profile, History history, Encodings encodings) {
        this.profile = profile;
        this.history = history;
        this.blocks = new Blocks(profile);
        this.keyspace = new Keyspace(blocks, profile);
        this.tally = new Tally(profile.allocator());
        this.elements = new Elements(profile, profile.limits().hashBytes());
        this.aggregate = new AggregateCost(profile, history, encodings, tally);
        this.list = new ListCost(profile, tally);
        this.stream = new StreamCost(profile, history, tally);
        this.mostScores = encodings == Encodings.BY_LIMITS ? profile.limits().sortedSetEntries() : 0;
    }

    /** Another value. */
    public void begin() {
        tally.clear();
        elements.clear();
        list.clear();
        stream.clear();
    }

    /** A field name, field value or member that is no integer. */
    public void text(long bytes) {
        elements.text(bytes);
    }

    /** A field name, field value or member that is a 64-bit integer in decimal form. */
    public void integer(long bytes, long number) {
        elements.integer(bytes, number);
    }

    /** The score of the member just told, kept in binary. */
    public void score(double score) {
        elements.score(score, mostScores);
    }

    /** The score of the member just told, in the compact form. */
    public void textScore(long bytes) {
        elements.textScore(bytes);
    }

    /** The score of the member just told, in the compact form. */
    public void integerScore(long number) {
        elements.integerScore(number);
    }

    /** When the field just told expires. */
    public void expiry(long atMillis) {
        elements.expiry(atMillis);
    }

    /** A node of a list, kept as it is: a listpack, or one plain item. */
    public void listNode(long bytes, long items, boolean plain) {
        list.node(bytes, items, plain);
    }

    /** A text of a list's node that is kept, but whose form is not. */
    public void nodeText(long bytes) {
        list.item(Listpack.text(bytes));
    }

    /** An integer of a list's node that is kept, but whose form is not. */
    public void nodeInteger(long number) {
        list.item(Listpack.integer(number));
    }

    /** The node of these ends. */
    public void endListNode() {
        list.endNode();
    }

    /** A text that is pushed to a list. */
    public void pushText(long bytes) {
        list.push(bytes, Listpack.text(bytes));
    }

    /** An integer that is pushed to a list. */
    public void pushInteger(long bytes, long number) {
        list.push(bytes, Listpack.integer(number));
    }

    /** A node of a stream: its first id and its listpack. */
    public void streamNode(long millis, long sequence, long bytes) {
        stream.node(millis, sequence, bytes);
    }

    /** A consumer group; its pending entries follow, then its consumers. */
    public void group(long nameBytes, long pending) {
        stream.group(nameBytes, pending);
    }

    /** A consumer; its pending entries follow. */
    public void consumer(long nameBytes) {
        stream.consumer(nameBytes);
    }

    /** A pending entry of the group or consumer just told, by ascending id. */
    public void pending(long millis, long sequence) {
        stream.pending(millis, sequence);
    }

    /** A string that is no integer. */
    public void textValue(long bytes) {
        if (bytes <= Blocks.EMBEDDED_TEXT_MAX) {
            tally.block(Blocks.EMBEDDED_TEXT_FRAME + bytes);
            layout = Layout.EMBEDDED;
        } else {
            tally.structures(1, Blocks.OBJECT);
            tally.block(Blocks.rawBytes(bytes, history));
            layout = Layout.RAW;
        }
    }

    /** A string that is a 64-bit integer in decimal form. */
    public void integerValue(long number) {
        if (blocks.isShared(number)) {
            tally.claimed(Blocks.OBJECT);
        } else {
            tally.structures(1, Blocks.OBJECT);
        }
        layout = Layout.INTEGER;
    }

    /**
     * A hash of the elements told.
     *
     * @param blobBytes its listpack as stored, which may stay; 0 when there is none, or one of an older form
     */
    public void hash(Layout stored, long blobBytes) {
        layout = aggregate.hash(stored, elements, blobBytes);
    }

    /** A hash of the elements told, stored in the form that servers before 2.6 had; as {@link #hash}. */
    public void zipmap(long blobBytes) {
        layout = aggregate.zipmap(elements, blobBytes);
    }

    /** A set of the elements told; as {@link #hash}, with a listpack or an intset. */
    public void set(Layout stored, long blobBytes) {
        layout = aggregate.set(stored, elements, blobBytes);
    }

    /** A sorted set of the elements told; as {@link #hash}. */
    public void sortedSet(Layout stored, long blobBytes) {
        layout = aggregate.sortedSet(stored, elements, blobBytes);
    }

    /** A list of the nodes or items told. */
    public void list() {
        layout = list.list();
    }

    /** A stream of the nodes and groups told. */
    public void stream() {
        layout = stream.stream();
    }

    /** A module's value. Only the module knows what it takes; what it stores stands for that. */
    public void module(long storedBytes) {
        tally.structures(1, Blocks.OBJECT);
        tally.sized(storedBytes);
        layout = Layout.MODULE;
    }

    /** The form that the value ends up in. */
    public Layout layout() {
        return layout;
    }

    /** What {@code used_memory} grows by for the value, without name, entry and tables. */
    public double valueBytes() {
        return tally.used();
    }

    /** What {@code used_memory} grows by for a key of that name and its entry, without tables and TTL. */
    public double keyBytes(long nameBytes) {
        return keyspace.key(nameBytes, history);
    }

    /** What MEMORY USAGE with SAMPLES 0 answers for the key: name, entry and value, without what it leaves out. */
    public long usageBytes(long nameBytes) {
        return Math.round(tally.usage() + keyspace.usage(nameBytes, history));
    }

    public Profile profile() {
        return profile;
    }
}
