package dev.keywright.cache;

import dev.keywright.connection.Needs;
import java.util.List;

/** What caches ask of their servers, kind by kind. */
final class CacheNeeds {

    private static final List<String> KEYS = List.of("cache:*");

    /** What is evicted is loaded anew. */
    static final Needs PLAIN = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "GET",
                            "SET",
                            "UNLINK",
                            "DEL",
                            "PTTL",
                            "PEXPIRE",
                            "GETRANGE",
                            "SETRANGE",
                            "PUBLISH",
                            "SUBSCRIBE"),
                    KEYS)
            .withChannels(KEYS);

    static final Needs NEAR = Needs.of(List.of("CLIENT TRACKING", "CLIENT CACHING"), KEYS);

    /** A change that is evicted never reaches the database. */
    static final Needs BEHIND = Needs.of(
                    List.of(
                            "HDEL", "HEXISTS", "HGET", "HLEN", "HSET", "HSETNX", "HSCAN", "TIME", "ZADD", "ZCOUNT",
                            "ZRANGE", "ZREM", "ZSCORE"),
                    KEYS)
            .thatLast();

    private CacheNeeds() {}

    static Needs of(CacheBuilder<?, ?> builder) {
        Needs needs = PLAIN;
        if (builder.near != null) {
            needs = needs.and(NEAR);
        }
        return builder.laterWriter == null ? needs : needs.and(BEHIND);
    }
}
