package dev.keywright.ops.optimize;

import dev.keywright.ops.optimize.Form.Kind;

/**
 * The directives that decide whether a kind of value is compact.
 *
 * @param entries the directive for the number of elements
 * @param usualEntries its default
 * @param mostEntries beyond this no proposal goes, since every access walks through all elements
 * @param value the directive for the length of an element; empty where there is none
 * @param usualValue its default
 * @param savedPerElement a first guess in bytes, to rank by
 */
record Directives(
        Kind kind,
        String entries,
        long usualEntries,
        long mostEntries,
        String value,
        long usualValue,
        long mostValue,
        int savedPerElement) {

    static Directives of(Kind kind) {
        return switch (kind) {
            case HASH ->
                new Directives(kind, "hash-max-listpack-entries", 512, 2_048, "hash-max-listpack-value", 64, 512, 55);
            case INTEGERS -> new Directives(kind, "set-max-intset-entries", 512, 4_096, "", 0, 0, 40);
            case SET ->
                new Directives(kind, "set-max-listpack-entries", 128, 512, "set-max-listpack-value", 64, 256, 45);
            case SORTED_SET ->
                new Directives(kind, "zset-max-listpack-entries", 128, 512, "zset-max-listpack-value", 64, 256, 90);
            case LIST -> new Directives(kind, "list-compress-depth", 0, 1, "", 0, 0, 0);
        };
    }

    /** Whether somebody may set that value for a plan: one of these directives, and no more than a proposal would. */
    static boolean isProposable(String directive, String value) {
        if (!value.matches("\\d{1,9}")) {
            return false;
        }
        long number = Long.parseLong(value);
        for (Kind kind : Kind.values()) {
            Directives each = of(kind);
            if (directive.equals(each.entries()) && number <= each.mostEntries()
                    || each.hasValue() && directive.equals(each.value()) && number <= each.mostValue()) {
                return true;
            }
        }
        return false;
    }

    boolean hasValue() {
        return !value.isEmpty();
    }

    /** What a limit costs, in a sentence. */
    String risk() {
        return switch (kind) {
            case HASH ->
                "Every access walks through the fields one after the other: the larger a hash, the slower each command"
                        + " on it.";
            case INTEGERS ->
                "A new member shifts those behind it; one member that is no integer makes it a hash table for good.";
            case SET -> "SISMEMBER, SADD and SREM walk through all members.";
            case SORTED_SET ->
                "ZSCORE and ZADD walk through all members; keep the limit low where sorted sets are hot.";
            case LIST -> "Every access to an inner node decompresses it; only the ends stay fast.";
        };
    }
}
