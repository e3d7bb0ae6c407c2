package dev.keywright.ops.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Commands that are never sent, whoever recorded or wrote them. */
final class Dangerous {

    private static final Map<String, Set<String>> WHY = Map.of(
            "it removes data of others, or ends the server",
            Set.of("FLUSHALL", "FLUSHDB", "SWAPDB", "SHUTDOWN", "RESTORE", "RESTORE-ASKING", "MIGRATE", "MOVE"),
            "it changes the server, not its data",
            Set.of(
                    "CONFIG",
                    "DEBUG",
                    "CLUSTER",
                    "REPLICAOF",
                    "SLAVEOF",
                    "FAILOVER",
                    "ACL",
                    "MODULE",
                    "SCRIPT",
                    "FUNCTION",
                    "SAVE",
                    "BGSAVE",
                    "BGREWRITEAOF",
                    "LATENCY",
                    "SLOWLOG",
                    "MEMORY",
                    "SENTINEL",
                    "PSYNC",
                    "SYNC",
                    "REPLCONF"),
            "it goes through all keys and holds up everybody",
            Set.of("KEYS"),
            "it waits, or changes the connection",
            Set.of(
                    "BLPOP",
                    "BRPOP",
                    "BLMOVE",
                    "BRPOPLPUSH",
                    "BLMPOP",
                    "BZPOPMIN",
                    "BZPOPMAX",
                    "BZMPOP",
                    "WAIT",
                    "WAITAOF",
                    "SUBSCRIBE",
                    "PSUBSCRIBE",
                    "SSUBSCRIBE",
                    "UNSUBSCRIBE",
                    "PUNSUBSCRIBE",
                    "SUNSUBSCRIBE",
                    "MONITOR",
                    "AUTH",
                    "HELLO",
                    "CLIENT",
                    "SELECT",
                    "QUIT",
                    "RESET",
                    "READONLY",
                    "READWRITE",
                    "ASKING"));

    private static final Pattern DESTRUCTIVE = Pattern.compile("(?i)FLUSHALL|FLUSHDB|SWAPDB|SHUTDOWN");

    private Dangerous() {}

    /** Why the command is not sent; empty when it may be. */
    static Optional<String> why(List<String> words) {
        String name = words.get(0).toUpperCase(Locale.ROOT);
        if (name.startsWith("EVAL")
                && words.size() > 1
                && DESTRUCTIVE.matcher(words.get(1)).find()) {
            return Optional.of("its script removes data of others, or ends the server");
        }
        return WHY.entrySet().stream()
                .filter(entry -> entry.getValue().contains(name))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
