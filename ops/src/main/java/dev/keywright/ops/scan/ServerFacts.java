package dev.keywright.ops.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a server says of itself and of its memory.
 *
 * @param askedMillis when, since 1970
 * @param info every field of INFO that could be had; with {@code dbN_distrib_...} where the server counts sizes
 * @param memory MEMORY STATS, flat, such as {@code overhead.total} or {@code db.0.overhead.hashtable.main}; empty where it is refused
 */
public record ServerFacts(long askedMillis, Map<String, String> info, Map<String, Long> memory) {

    static final ServerFacts NONE = new ServerFacts(0, Map.of(), Map.of());

    /** An entry of a key table and its object, counted by MEMORY USAGE with the key and by MEMORY STATS with the table. */
    private static final long ENTRY_BYTES = 24 + 16;

    private static final long SLOT_BYTES = 8;

    private static final Pattern MAJOR_MINOR = Pattern.compile("(\\d{1,4})\\.(\\d{1,3})");
    private static final int SAFE_REDIS = 8_004;
    private static final int SAFE_VALKEY = 9_000;

    /** Bytes that are not keys. */
    public record Part(String name, long bytes) {}

    /** A part by its name in MEMORY STATS, and in INFO where that is refused. */
    private record Known(String name, String stats, String info) {}

    private static final List<Known> KNOWN = List.of(
            new Known("startup", "startup.allocated", "used_memory_startup"),
            new Known("replication backlog", "replication.backlog", "mem_total_replication_buffers"),
            new Known("replicas", "clients.slaves", "mem_clients_slaves"),
            new Known("clients", "clients.normal", "mem_clients_normal"),
            new Known("cluster links", "cluster.links", "mem_cluster_links"),
            new Known("AOF buffer", "aof.buffer", "mem_aof_buffer"),
            new Known("scripts", "lua.caches", "used_memory_scripts"),
            new Known("functions", "functions.caches", "used_memory_functions"));

    public ServerFacts {
        info = Map.copyOf(info);
        memory = Map.copyOf(memory);
    }

    public Optional<String> text(String field) {
        return Optional.ofNullable(info.get(field));
    }

    public OptionalLong number(String field) {
        String text = info.getOrDefault(field, "");
        return text.matches("-?\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    public long usedMemoryBytes() {
        return number("used_memory").orElse(0);
    }

    public boolean valkey() {
        return info.containsKey("valkey_version");
    }

    public String version() {
        return info.getOrDefault(valkey() ? "valkey_version" : "redis_version", "unknown");
    }

    /**
     * Whether CLIENT NO-TOUCH may be used. It came with 7.2, but then servers died of it: when a command of such a client met a key of a
     * slot on the move, or ended what others blocked for (redis#14415, valkey#2347).
     */
    public boolean sparesIdleTimes() {
        Matcher numbers = MAJOR_MINOR.matcher(version());
        return numbers.lookingAt()
                && 1000 * Integer.parseInt(numbers.group(1)) + Integer.parseInt(numbers.group(2))
                        >= (valkey() ? SAFE_VALKEY : SAFE_REDIS);
    }

    /** Whether keys have a frequency instead of an idle time. */
    public boolean countsUse() {
        return info.getOrDefault("maxmemory_policy", "").endsWith("lfu");
    }

    /** When its process began, by this machine's clock and good to a few seconds; 0 where it does not tell. */
    long startedMillis() {
        OptionalLong uptime = number("uptime_in_seconds");
        return uptime.isEmpty() ? 0 : askedMillis - 1000 * (uptime.getAsLong() + 2);
    }

    /** Keys by database, as {@code INFO keyspace} tells them. */
    public Map<Integer, Long> keys() {
        Map<Integer, Long> keys = new TreeMap<>();
        info.forEach((field, value) -> {
            if (field.matches("db\\d{1,6}") && value.startsWith("keys=")) {
                keys.put(Integer.parseInt(field.substring(2)), keyspace(value, "keys"));
            }
        });
        return keys;
    }

    private static long keyspace(String value, String field) {
        return Stream.of(value.split(","))
                .filter(part -> part.startsWith(field + "="))
                .mapToLong(part -> Long.parseLong(part.substring(field.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /**
     * What used memory holds beside keys: with what MEMORY USAGE says of all keys, and a rest that nobody explains, they add up to
     * {@link #usedMemoryBytes()}.
     */
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (Known each : KNOWN) {
            long bytes = memory.containsKey(each.stats())
                    ? memory.getOrDefault(each.stats(), 0L)
                    : number(each.info()).orElse(0);
            parts.add(new Part(each.name(), bytes));
        }
        keys().forEach((database, keys) -> {
            parts.add(new Part("key table of database " + database, keyTableBytes(database, keys)));
            parts.add(new Part("TTL table of database " + database, expiresBytes(database)));
        });
        parts.removeIf(part -> part.bytes() == 0);
        return List.copyOf(parts);
    }

    /** The slots: entries count with their keys. As the server tells, where that can be; else the power of two above the keys. */
    private long keyTableBytes(int database, long keys) {
        long slots = slots(keys) * SLOT_BYTES;
        Long told = memory.get("db." + database + ".overhead.hashtable.main");
        if (told == null) {
            return slots;
        }
        long rest = told - keys * ENTRY_BYTES;
        return rest >= keys * SLOT_BYTES / 8 && rest <= 4 * slots ? rest : Math.min(told, slots);
    }

    private long expiresBytes(int database) {
        long expires = keyspace(info.getOrDefault("db" + database, ""), "expires");
        long guess = expires == 0 ? 0 : slots(expires) * SLOT_BYTES + expires * 24;
        return memory.getOrDefault("db." + database + ".overhead.hashtable.expires", guess);
    }

    private static long slots(long keys) {
        return keys <= 4 ? 4 : Long.highestOneBit(keys - 1) * 2;
    }
}
