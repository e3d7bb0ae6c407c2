package dev.keywright.ops.local;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How one server process is.
 *
 * @param address {@code host:port}
 * @param pid 0 where the server does not say
 * @param state {@code up}, {@code loading}, {@code frozen} (accepts and does not answer) or {@code down}
 * @param role {@code master}, {@code replica}, {@code sentinel}, or {@code -} while it is not known
 * @param master of a replica, {@code host:port}
 * @param slots hash slots it serves; only of a cluster's master
 * @param linkUp whether a replica is connected to its master
 * @param lagBytes what a replica has not yet received of its master's writes
 */
public record NodeStatus(
        String address,
        long pid,
        String state,
        String role,
        Optional<String> master,
        Optional<Integer> slots,
        Optional<Long> keys,
        Optional<Long> usedMemoryBytes,
        Optional<Integer> clients,
        Optional<Boolean> linkUp,
        Optional<Long> lagBytes) {

    /** A server that did not answer. */
    static NodeStatus silent(String address, long pid, String state) {
        return new NodeStatus(
                address,
                pid,
                state,
                "-",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** What the text of {@code INFO everything} says. */
    static NodeStatus of(String address, String info, Optional<Integer> slots) {
        Map<String, String> fields = fields(info);
        String mode = fields.containsKey("server_mode") ? "server_mode" : "redis_mode"; // Valkey, Redis
        boolean sentinel = "sentinel".equals(fields.get(mode));
        boolean replica = "slave".equals(fields.get("role"));
        return new NodeStatus(
                address,
                number(fields, "process_id").orElse(0L),
                "1".equals(fields.get("loading")) ? "loading" : "up",
                sentinel ? "sentinel" : replica ? "replica" : "master",
                replica ? Optional.of(fields.get("master_host") + ":" + fields.get("master_port")) : Optional.empty(),
                sentinel || replica ? Optional.empty() : slots,
                sentinel ? Optional.empty() : Optional.of(keys(fields)),
                number(fields, "used_memory"),
                number(fields, "connected_clients").map(Long::intValue),
                replica ? Optional.of("up".equals(fields.get("master_link_status"))) : Optional.empty(),
                Optional.empty());
    }

    /** This replica beside its master, whose INFO tells how far the writes have gone. */
    NodeStatus behind(long masterOffset, long ownOffset) {
        return new NodeStatus(
                address,
                pid,
                state,
                role,
                master,
                slots,
                keys,
                usedMemoryBytes,
                clients,
                linkUp,
                Optional.of(Math.max(0, masterOffset - ownOffset)));
    }

    static Map<String, String> fields(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    static Optional<Long> number(Map<String, String> fields, String name) {
        String value = fields.getOrDefault(name, "");
        return value.matches("-?\\d{1,18}") ? Optional.of(Long.parseLong(value)) : Optional.empty();
    }

    /** Of all databases: {@code db0:keys=12,expires=...}. */
    private static long keys(Map<String, String> fields) {
        return fields.entrySet().stream()
                .filter(field -> field.getKey().matches("db\\d+"))
                .map(field -> field.getValue().replaceFirst("^keys=(\\d+).*", "$1"))
                .filter(count -> count.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .sum();
    }
}
