package dev.keywright.ops.memory;

import static dev.keywright.ops.memory.Trait.ACTIVE_CONSUMERS;
import static dev.keywright.ops.memory.Trait.BARE_MEMBERS;
import static dev.keywright.ops.memory.Trait.BLOCK_WIDE_RESIZE;
import static dev.keywright.ops.memory.Trait.COUNTED_ENTRIES;
import static dev.keywright.ops.memory.Trait.EMBEDDED_KEYS;
import static dev.keywright.ops.memory.Trait.FIELD_TTL;
import static dev.keywright.ops.memory.Trait.GENTLE_HYPERLOGLOG;
import static dev.keywright.ops.memory.Trait.PLAIN_NODES;
import static dev.keywright.ops.memory.Trait.PRESIZED_SORTED_SETS;
import static dev.keywright.ops.memory.Trait.SHORT_SCORES;
import static dev.keywright.ops.memory.Trait.SINGLE_LOOKUP_HASH;
import static dev.keywright.ops.memory.Trait.SIZES_PER_SLOT;
import static dev.keywright.ops.memory.Trait.SLOT_LINKS;
import static dev.keywright.ops.memory.Trait.SMALL_LISTS;
import static dev.keywright.ops.memory.Trait.SMALL_SETS;
import static dev.keywright.ops.memory.Trait.TABLE_PER_SLOT;
import static dev.keywright.ops.memory.Trait.VISITED_BUCKETS;
import static dev.keywright.ops.memory.Trait.WIDER_KEY_TABLES;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Server versions whose memory layouts differ, and in what. Source: the servers' own code, {@code dict.c}, {@code t_*.c}. */
public enum Version {
    REDIS_7_0("Redis 7.0", SLOT_LINKS),
    REDIS_7_2("Redis 7.2", since72(SINGLE_LOOKUP_HASH, SLOT_LINKS)),
    REDIS_7_4("Redis 7.4", since72(SINGLE_LOOKUP_HASH, VISITED_BUCKETS, TABLE_PER_SLOT, PLAIN_NODES, FIELD_TTL)),
    REDIS_8_0("Redis 8.0", since72(VISITED_BUCKETS, TABLE_PER_SLOT, SIZES_PER_SLOT, PLAIN_NODES, FIELD_TTL)),
    VALKEY_7_2("Valkey 7.2", since72(SINGLE_LOOKUP_HASH, SLOT_LINKS)),
    VALKEY_8_0(
            "Valkey 8.0",
            since72(
                    SINGLE_LOOKUP_HASH,
                    VISITED_BUCKETS,
                    TABLE_PER_SLOT,
                    WIDER_KEY_TABLES,
                    PLAIN_NODES,
                    BLOCK_WIDE_RESIZE,
                    COUNTED_ENTRIES,
                    EMBEDDED_KEYS));

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nothing changes
    private final Set<Trait> traits;

    Version(String title, Trait... traits) {
        this.title = title;
        this.traits = Set.of(traits);
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** By what a server calls its version, as {@code 7.2.4}; the newest known one that is not newer, of the same product. */
    public static Optional<Version> of(boolean valkey, String told) {
        Matcher numbers = NUMBERS.matcher(told);
        return numbers.matches()
                ? Optional.of(of(valkey, Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))))
                : Optional.empty();
    }

    /** The newest known version that is not newer than this one, of the same product. */
    static Version of(boolean valkey, int major, int minor) {
        int number = major * 100 + minor;
        if (valkey) {
            return number >= 800 ? VALKEY_8_0 : VALKEY_7_2;
        }
        if (number >= 800) {
            return REDIS_8_0;
        }
        return number >= 704 ? REDIS_7_4 : number >= 702 ? REDIS_7_2 : REDIS_7_0;
    }

    private static Trait[] since72(Trait... more) {
        List<Trait> all = new ArrayList<>(List.of(
                SMALL_LISTS,
                SMALL_SETS,
                BARE_MEMBERS,
                PRESIZED_SORTED_SETS,
                SHORT_SCORES,
                GENTLE_HYPERLOGLOG,
                ACTIVE_CONSUMERS));
        all.addAll(List.of(more));
        return all.toArray(Trait[]::new);
    }

    @Override
    public String toString() {
        return title;
    }
}
