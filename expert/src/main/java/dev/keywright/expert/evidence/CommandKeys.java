package dev.keywright.expert.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The commands a candidate may use, and which of their words are keys. What is not listed here is never sent: no command
 * that blocks, changes the server or looks beyond the keys it names.
 */
final class CommandKeys {

    /** Where the keys of a command stand; word 0 is its name. */
    private enum Place {
        /** Word 1. */
        FIRST,
        /** Words 1 and 2. */
        FIRST_TWO,
        /** All words. */
        ALL,
        /** Every second word. */
        PAIRED,
        /** All words from 2 on. */
        FROM_SECOND,
        /** Word 1 says how many follow. */
        COUNTED,
        /** The first half of what follows STREAMS. */
        AFTER_STREAMS,
        /** Word 1, which is a channel: nothing is stored. */
        CHANNEL
    }

    private static final Map<String, Place> PLACES = new TreeMap<>();

    static {
        put(Place.FIRST, "GET GETEX GETDEL SET SETNX SETRANGE GETRANGE STRLEN APPEND INCR INCRBY DECR DECRBY");
        put(Place.FIRST, "EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST TTL PTTL TYPE");
        put(Place.FIRST, "HSET HSETNX HGET HMGET HGETALL HDEL HLEN HEXISTS HINCRBY HKEYS HVALS HRANDFIELD");
        put(Place.FIRST, "LPUSH RPUSH LPUSHX RPUSHX LPOP RPOP LRANGE LTRIM LREM LLEN LINDEX LSET LINSERT LPOS");
        put(Place.FIRST, "SADD SREM SISMEMBER SMISMEMBER SCARD SMEMBERS SRANDMEMBER SPOP");
        put(Place.FIRST, "ZADD ZREM ZSCORE ZMSCORE ZINCRBY ZCARD ZCOUNT ZLEXCOUNT ZRANGE ZRANK ZREVRANK ZRANDMEMBER");
        put(Place.FIRST, "ZPOPMIN ZPOPMAX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREMRANGEBYLEX");
        put(Place.FIRST, "GEOADD GEOSEARCH GEOPOS GEODIST GEOHASH SETBIT GETBIT BITCOUNT BITPOS BITFIELD PFADD");
        put(Place.FIRST, "XADD XLEN XRANGE XREVRANGE XACK XTRIM XDEL XPENDING XCLAIM XAUTOCLAIM");
        put(Place.FIRST_TWO, "LMOVE SMOVE RENAME COPY ZRANGESTORE GEOSEARCHSTORE");
        put(
                Place.ALL,
                "MGET EXISTS UNLINK DEL TOUCH PFCOUNT PFMERGE SINTER SUNION SDIFF SINTERSTORE SUNIONSTORE SDIFFSTORE");
        put(Place.PAIRED, "MSET MSETNX");
        put(Place.FROM_SECOND, "BITOP");
        put(Place.COUNTED, "SINTERCARD ZINTERCARD ZINTER ZUNION ZDIFF LMPOP ZMPOP");
        put(Place.AFTER_STREAMS, "XREADGROUP XREAD");
        put(Place.CHANNEL, "PUBLISH SPUBLISH");
    }

    private CommandKeys() {}

    /** Which words are keys, or empty for a command that is not allowed. */
    static Optional<List<Integer>> of(List<String> words) {
        Place place = PLACES.get(words.get(0).toUpperCase(Locale.ROOT));
        if (place == null || words.size() < 2 || blocks(words)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (place) {
                    case FIRST, CHANNEL -> List.of(1);
                    case FIRST_TWO -> List.of(1, 2);
                    case ALL -> span(1, words.size(), 1);
                    case PAIRED -> span(1, words.size(), 2);
                    case FROM_SECOND -> span(2, words.size(), 1);
                    case COUNTED -> span(2, 2 + Integer.parseInt(words.get(1)), 1);
                    case AFTER_STREAMS -> {
                        int start = words.indexOf("STREAMS") + 1;
                        yield span(start, start + (words.size() - start) / 2, 1);
                    }
                });
    }

    static boolean isChannel(String command) {
        return PLACES.get(command.toUpperCase(Locale.ROOT)) == Place.CHANNEL;
    }

    private static boolean blocks(List<String> words) {
        return words.get(0).startsWith("XREAD") && words.contains("BLOCK");
    }

    private static List<Integer> span(int from, int to, int step) {
        List<Integer> places = new ArrayList<>();
        for (int i = from; i < to; i += step) {
            places.add(i);
        }
        return places;
    }

    private static void put(Place place, String commands) {
        for (String command : commands.split(" ")) {
            PLACES.put(command, place);
        }
    }
}
