package dev.keywright.expert.evidence;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What INFO said at one moment. */
record ServerInfo(Map<String, String> fields) {

    private static final Pattern CLIENT_BYTES = Pattern.compile(" tot-mem=(\\d+)");

    static ServerInfo of(Connection connection) {
        return parse(connection
                .call(Command.named("INFO").argument("everything").build())
                .orThrow("INFO")
                .text());
    }

    private static ServerInfo parse(String text) {
        Map<String, String> fields = new HashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new ServerInfo(fields);
    }

    String text(String field) {
        return fields.getOrDefault(field, "");
    }

    long number(String field) {
        try {
            return Long.parseLong(text(field));
        } catch (NumberFormatException absent) {
            return 0;
        }
    }

    /**
     * What the server holds apart from its clients, whose buffers come and go. The sum that INFO gives over all clients is
     * up to a second old; CLIENT LIST tells each as it is.
     */
    static long heldBytes(Connection connection) {
        List<Reply> replies = connection.batch(
                List.of(
                        Command.named("CLIENT").argument("LIST").buildRepeatable(),
                        Command.named("INFO").argument("memory").buildRepeatable()),
                connection.options().timeout());
        Matcher clients =
                CLIENT_BYTES.matcher(replies.get(0).orThrow("CLIENT LIST").text());
        long held = parse(replies.get(1).orThrow("INFO").text()).number("used_memory");
        while (clients.find()) {
            held -= Long.parseLong(clients.group(1));
        }
        return held;
    }

    /** Product, version and allocator, such as {@code redis 7.0.15 libc}. */
    String name() {
        String valkey = text("valkey_version");
        String product = valkey.isEmpty() ? "redis " + text("redis_version") : "valkey " + valkey;
        return product + " " + text("mem_allocator");
    }

    /** Memory it may still fill; absent where it does not say. */
    Optional<Long> freeBytes() {
        long limit = number("maxmemory");
        long system = number("total_system_memory");
        long free = Long.MAX_VALUE;
        if (limit > 0) {
            free = limit - number("used_memory");
        }
        if (system > 0) {
            free = Math.min(free, system - number("used_memory_rss"));
        }
        return free == Long.MAX_VALUE ? Optional.empty() : Optional.of(Math.max(0, free));
    }
}
