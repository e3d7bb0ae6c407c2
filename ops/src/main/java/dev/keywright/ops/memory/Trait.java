package dev.keywright.ops.memory;

/** One thing in which the memory layouts of server versions differ. */
enum Trait {
    /** A list that fits in one node is a bare listpack. */
    SMALL_LISTS,
    /** A small set of texts is a listpack. */
    SMALL_SETS,
    /** A set member alone in its bucket has no entry; the others have one of 16 bytes. */
    BARE_MEMBERS,
    /** MEMORY USAGE counts the entries that a set has, not one for each member. */
    COUNTED_ENTRIES,
    /** A sorted set that outgrows its listpack gets a table of the right size at once. */
    PRESIZED_SORTED_SETS,
    /** Adding a field to a hash table looks the bucket up once, not twice. */
    SINGLE_LOOKUP_HASH,
    /** Scores that are no whole numbers are written in as few digits as tell them, not in 17. */
    SHORT_SCORES,
    /** A sparse HyperLogLog grows by at most 300 bytes at a time, not by doubling. */
    GENTLE_HYPERLOGLOG,
    /** A string made longer on purpose knows of the whole of its block. */
    BLOCK_WIDE_RESIZE,
    /** A consumer remembers when it last got something: 8 bytes. */
    ACTIVE_CONSUMERS,
    /** In a cluster, each key's entry is linked to others of its slot: 16 bytes. */
    SLOT_LINKS,
    /** Tables of keys are made when they are needed, in a cluster one for each slot. */
    TABLE_PER_SLOT,
    /** The head of a table of keys has two words of its own, not one. */
    WIDER_KEY_TABLES,
    /** Beside each table of keys stand counts of keys by size: 2,400 bytes. */
    SIZES_PER_SLOT,
    /** A list element beyond a node's limit is kept bare, not in a listpack. */
    PLAIN_NODES,
    /** Fields of a hash can expire. */
    FIELD_TTL,
    /** A growing table moves the bucket that a command visits, not the next in order. */
    VISITED_BUCKETS,
    /** The key's text is part of its entry. */
    EMBEDDED_KEYS
}
