package dev.keywright.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one process is started with: all that its options and its topology decided, but not the port.
 *
 * @param sentinel whether it is to be a Sentinel
 * @param lines of its configuration, without ports, addresses and folders
 * @param folder of its data; null: a temporary one
 * @param keepsConfiguration whether the configuration lies with the data, so that what the server writes into it outlives it
 */
record Launch(
        RedisBinary binary,
        boolean sentinel,
        List<String> lines,
        Access access,
        @Nullable Path folder,
        boolean keepsConfiguration) {

    Launch {
        lines = List.copyOf(lines);
    }

    static Launch standalone(RedisBinary binary, ServerOptions options) {
        Map<String, String> directives = new LinkedHashMap<>(ServerOptions.BASE);
        directives.putAll(options.directives());
        directives.putAll(options.nodeDirectives().getOrDefault(0, Map.of()));
        List<String> lines = lines(directives);
        options.users().forEach(user -> lines.add(user.line()));
        return new Launch(binary, false, lines, Access.of(options), options.folder(), false);
    }

    /** Lines of redis.conf for these directives, but for the port. */
    static List<String> lines(Map<String, String> directives) {
        List<String> lines = new ArrayList<>();
        directives.forEach((name, value) -> {
            if (!name.equals("port")) {
                lines.add(name + " " + (value.isEmpty() ? "\"\"" : value));
            }
        });
        return lines;
    }
}
