package dev.keywright.ops.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fields of a description: which there are, what is assumed where one is left out, and why. */
final class Fields {

    /**
     * A field.
     *
     * @param otherwise what is assumed; empty where it must be said
     * @param why it is assumed
     */
    record Field(String name, String otherwise, String why) {
        boolean isNeeded() {
            return otherwise.isEmpty();
        }
    }

    static final String TYPE = "type";
    static final String KEYS = "keys";
    static final String KEY = "key";
    static final String EXPIRING = "expiring";

    private static final Map<String, List<Field>> BY_TYPE = byType();
    private static final List<Field> SERVER = server();
    /** Directives that a description may give, each with the way to its value. */
    static final Map<String, Limit> LIMITS = limits();

    private Fields() {}

    /** How a limit is read off. */
    interface Limit {
        long of(Limits limits);
    }

    static List<String> types() {
        return List.copyOf(BY_TYPE.keySet());
    }

    static Optional<List<Field>> of(String type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    static List<Field> ofServer() {
        return SERVER;
    }

    /** The name most like a wrong one, when it is like any. */
    static Optional<String> nearest(String wrong, Iterable<String> names) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String name : names) {
            int distance = distance(wrong.toLowerCase(Locale.ROOT), name);
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return least <= Math.max(2, wrong.length() / 2) ? Optional.of(best) : Optional.empty();
    }

    /** Whether a field holds the length of one thing, rather than a number of things. */
    static boolean isLength(String field) {
        return Set.of(KEY, "names", "values", "value", "member", "element").contains(field);
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(same, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private static Map<String, List<Field>> byType() {
        Field fieldNames = new Field("names", "10", "usual field names");
        Map<String, List<Field>> types = new LinkedHashMap<>();
        types.put("string", with(needed("value")));
        types.put(
                "hash",
                with(
                        needed("fields"),
                        fieldNames,
                        new Field("values", "20", "usual short values"),
                        new Field("field-expiring", "0 %", "fields with a TTL of their own are rare")));
        types.put(
                "list",
                with(needed("elements"), element("element"), new Field("compressed", "100 %", "nothing shrinks")));
        types.put("set", with(needed("members"), element("member")));
        types.put(
                "zset",
                with(
                        needed("members"),
                        element("member"),
                        new Field("scores", "integers 0-1000000", "scores are points or ranks")));
        types.put(
                "stream",
                with(
                        needed("entries"),
                        new Field("fields", "2", "usual entries"),
                        fieldNames,
                        element("values"),
                        new Field("apart", "10", "milliseconds from one entry to the next; hardly matters"),
                        new Field("groups", "0", "no consumer group was spoken of"),
                        new Field("consumers", "1", "consumers of each group"),
                        new Field("pending", "0", "entries of a group that wait for XACK")));
        types.put("hyperloglog", with(new Field("distinct", "100000", "so many make any HyperLogLog dense")));
        types.put("bitmap", with(needed("bits"), new Field("stride", "1", "bits are set in order")));
        return types;
    }

    private static Field needed(String name) {
        return new Field(name, "", "");
    }

    private static Field element(String name) {
        return new Field(name, "20", "usual ids and short texts");
    }

    private static List<Field> with(Field... own) {
        List<Field> fields = new ArrayList<>();
        fields.add(needed(TYPE));
        fields.add(needed(KEYS));
        fields.add(new Field(KEY, "24", "usual names such as session:1a2b3c4d5e6f"));
        fields.addAll(List.of(own));
        fields.add(new Field(EXPIRING, "0 %", "no TTL was spoken of"));
        return List.copyOf(fields);
    }

    private static List<Field> server() {
        List<Field> fields = new ArrayList<>(List.of(
                new Field("version", "redis-8.0", "the newest Redis that was measured"),
                new Field("allocator", "jemalloc", "as in official images and builds from source"),
                new Field("masters", "0", "a single server, no cluster"),
                new Field("replicas", "0", "no replica was spoken of"),
                new Field("persistence", "none", "neither RDB nor AOF was spoken of"),
                new Field("evicts", "no", "no LRU or LFU policy was spoken of"),
                new Field("clients", "100", "a usual number of connections"),
                new Field("writes", "1000", "per second to each master; decides what a fork copies"),
                new Field("churn", "steady", "values keep their sizes"),
                new Field("growth", "0 %", "per month; no growth was spoken of"),
                new Field("months", "0", "no horizon was spoken of"),
                new Field("machine", "64 GB", "a usual machine; decides how many shards are needed")));
        limits().forEach((name, limit) ->
                fields.add(new Field(name, Long.toString(limit.of(Limits.DEFAULTS)), "the server's default")));
        return List.copyOf(fields);
    }

    private static Map<String, Limit> limits() {
        Map<String, Limit> limits = new LinkedHashMap<>();
        limits.put("hash-max-listpack-entries", Limits::hashEntries);
        limits.put("hash-max-listpack-value", Limits::hashBytes);
        limits.put("set-max-intset-entries", Limits::intsetEntries);
        limits.put("set-max-listpack-entries", Limits::setEntries);
        limits.put("set-max-listpack-value", Limits::setBytes);
        limits.put("zset-max-listpack-entries", Limits::sortedSetEntries);
        limits.put("zset-max-listpack-value", Limits::sortedSetBytes);
        limits.put("list-max-listpack-size", Limits::listNode);
        limits.put("list-compress-depth", Limits::listPlainEnds);
        limits.put("stream-node-max-bytes", Limits::streamNodeBytes);
        limits.put("stream-node-max-entries", Limits::streamNodeEntries);
        limits.put("hll-sparse-max-bytes", Limits::sparseBytes);
        return limits;
    }
}
