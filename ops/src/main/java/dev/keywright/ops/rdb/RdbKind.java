package dev.keywright.ops.rdb;

import org.jspecify.annotations.Nullable;

/** How a value lies in an RDB file, by the number its record begins with. */
public enum RdbKind {
    STRING(0, Type.STRING),
    LIST(1, Type.LIST),
    SET(2, Type.SET),
    /** Scores as decimal text. */
    ZSET(3, Type.ZSET),
    HASH(4, Type.HASH),
    /** Scores in binary. */
    ZSET_2(5, Type.ZSET),
    MODULE_2(7, Type.MODULE),
    HASH_ZIPMAP(9, Type.HASH),
    LIST_ZIPLIST(10, Type.LIST),
    SET_INTSET(11, Type.SET),
    ZSET_ZIPLIST(12, Type.ZSET),
    HASH_ZIPLIST(13, Type.HASH),
    LIST_QUICKLIST(14, Type.LIST),
    STREAM(15, Type.STREAM),
    HASH_LISTPACK(16, Type.HASH),
    ZSET_LISTPACK(17, Type.ZSET),
    LIST_QUICKLIST_2(18, Type.LIST),
    STREAM_2(19, Type.STREAM),
    SET_LISTPACK(20, Type.SET),
    STREAM_3(21, Type.STREAM),
    /** Fields with a TTL, as release candidates of Redis 7.4 wrote them. */
    HASH_TTL_FIRST(22, Type.HASH),
    HASH_LISTPACK_TTL_FIRST(23, Type.HASH),
    /** Fields with a TTL, Redis 7.4. */
    HASH_TTL(24, Type.HASH),
    HASH_LISTPACK_TTL(25, Type.HASH),
    /** With the ids of producers, Redis 8.6. */
    STREAM_4(26, Type.STREAM),
    /** Fields with a TTL, Valkey 9. */
    HASH_VALKEY(22, Type.HASH);

    /** What TYPE answers. */
    public enum Type {
        STRING,
        LIST,
        SET,
        ZSET,
        HASH,
        STREAM,
        /** A value of a module. */
        MODULE
    }

    private static final int NUMBERS = 32;
    private static final @Nullable RdbKind[] REDIS = table(false);
    private static final @Nullable RdbKind[] VALKEY = table(true);

    private final int number;
    private final Type type;

    RdbKind(int number, Type type) {
        this.number = number;
        this.type = type;
    }

    private static @Nullable RdbKind[] table(boolean valkey) {
        @Nullable RdbKind[] table = new RdbKind[NUMBERS];
        for (RdbKind kind : values()) {
            // from 22 on, both give numbers of their own
            if (kind.number < HASH_TTL_FIRST.number || valkey == (kind == HASH_VALKEY)) {
                table[kind.number] = kind;
            }
        }
        return table;
    }

    /** Null for a number that is not known. */
    static @Nullable RdbKind of(int number, boolean valkey) {
        return number >= NUMBERS ? null : (valkey ? VALKEY : REDIS)[number];
    }

    public int number() {
        return number;
    }

    public Type type() {
        return type;
    }
}
