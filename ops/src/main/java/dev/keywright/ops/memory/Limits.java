package dev.keywright.ops.memory;

import java.util.Map;

/**
 * Up to where collections stay in their compact form; the directives of {@code redis.conf} by other names.
 *
 * @param hashEntries {@code hash-max-listpack-entries}
 * @param hashBytes {@code hash-max-listpack-value}, of a field or a value
 * @param intsetEntries {@code set-max-intset-entries}
 * @param setEntries {@code set-max-listpack-entries}, 7.2 and newer
 * @param setBytes {@code set-max-listpack-value}, 7.2 and newer
 * @param sortedSetEntries {@code zset-max-listpack-entries}
 * @param sortedSetBytes {@code zset-max-listpack-value}
 * @param listNode {@code list-max-listpack-size}: entries in a node, or -1 to -5 for 4 to 64 kB
 * @param listPlainEnds {@code list-compress-depth}: nodes left alone at each end, 0 to compress none
 * @param streamNodeBytes {@code stream-node-max-bytes}, 0 for none
 * @param streamNodeEntries {@code stream-node-max-entries}, 0 for none
 * @param sparseBytes {@code hll-sparse-max-bytes}
 */
public record Limits(
        long hashEntries,
        long hashBytes,
        long intsetEntries,
        long setEntries,
        long setBytes,
        long sortedSetEntries,
        long sortedSetBytes,
        long listNode,
        long listPlainEnds,
        long streamNodeBytes,
        long streamNodeEntries,
        long sparseBytes) {

    /** The servers' own defaults, the same from 7.0 to 8.0. */
    public static final Limits DEFAULTS = of(Map.of());

    /** Those that {@code CONFIG GET} tells, also by their older names; defaults for the others. */
    public static Limits of(Map<String, String> directives) {
        return new Limits(
                number(directives, "hash-max-listpack-entries", 512),
                number(directives, "hash-max-listpack-value", 64),
                number(directives, "set-max-intset-entries", 512),
                number(directives, "set-max-listpack-entries", 128),
                number(directives, "set-max-listpack-value", 64),
                number(directives, "zset-max-listpack-entries", 128),
                number(directives, "zset-max-listpack-value", 64),
                number(directives, "list-max-listpack-size", -2),
                number(directives, "list-compress-depth", 0),
                number(directives, "stream-node-max-bytes", 4096),
                number(directives, "stream-node-max-entries", 100),
                number(directives, "hll-sparse-max-bytes", 3000));
    }

    private static long number(Map<String, String> directives, String name, long otherwise) {
        String value = directives.get(name);
        if (value == null) {
            value = directives.get(name.replace("listpack", "ziplist"));
        }
        return value == null ? otherwise : Long.parseLong(value);
    }
}
