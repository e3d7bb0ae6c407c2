package dev.keywright.ops.backup;

import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What INFO says at one moment. */
record State(Map<String, String> fields) {

    private static final Pattern DATABASE = Pattern.compile("keys=(\\d+),expires=(\\d+).*");

    static State of(Wire wire) throws IOException {
        Map<String, String> fields = new HashMap<>();
        wire.ask("INFO").lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new State(fields);
    }

    /** Empty when there is no such field. */
    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    long number(String name) {
        String value = field(name);
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
    }

    boolean isReplica() {
        return field("role").equals("slave");
    }

    /** Databases that hold keys, by number. */
    List<Manifest.Database> databases() {
        List<Manifest.Database> databases = new ArrayList<>();
        fields.forEach((name, value) -> {
            Matcher counts = DATABASE.matcher(value);
            if (name.matches("db\\d+") && counts.matches()) {
                databases.add(new Manifest.Database(
                        Integer.parseInt(name.substring(2)),
                        Long.parseLong(counts.group(1)),
                        Long.parseLong(counts.group(2))));
            }
        });
        databases.sort((a, b) -> Integer.compare(a.number(), b.number()));
        return List.copyOf(databases);
    }

    /** {@code redis} or {@code valkey}. */
    String product() {
        return field("server_name").equals("valkey") || !field("valkey_version").isEmpty() ? "valkey" : "redis";
    }

    String version() {
        return field("valkey_version").isEmpty() ? field("redis_version") : field("valkey_version");
    }
}
