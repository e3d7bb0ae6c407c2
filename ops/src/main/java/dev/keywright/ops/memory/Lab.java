package dev.keywright.ops.memory;

import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Real servers of one kind, a fresh one for each data set, that tell what the data took. */
final class Lab {

    private static final long PAUSE_NANOS = 30_000_000;
    private static final int STEADY = 5;
    private static final int MOST_LOOKS = 1_000;
    /** A fifth of what an idle server of that many ticks a second does. */
    private static final long KEYS_MOVED_PER_LOOK = 10_000;

    private static final Map<String, String> STILL =
            Map.of("latency-tracking", "no", "hz", "500", "save", "", "appendonly", "no");

    private final Optional<Path> binary;
    private final Map<String, String> directives;

    /** @param binary none for the embedded server */
    Lab(Optional<Path> binary, Map<String, String> directives) {
        this.binary = binary;
        this.directives = new HashMap<>(STILL);
        this.directives.putAll(directives);
    }

    private Standalone start() {
        ServerOptions options = ServerOptions.DEFAULTS.withDirectives(directives);
        return Standalone.start(binary.map(options::withBinary).orElse(options));
    }

    Profile profile() {
        try (Standalone server = start();
                Connection connection = Connection.open(server.uri())) {
            return Recognition.of(connection).profile();
        }
    }

    /** What these data sets take, loaded with that seed: grown, then after a restart where they are of that history. */
    double measure(List<DataSet> sets, long seed) {
        try (Standalone server = start()) {
            boolean loaded = sets.get(0).history() == History.LOADED;
            if (directives.containsKey("cluster-enabled")) {
                server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
            }
            warm(server, sets);
            server.flushAll();
            if (loaded) {
                server.restart();
            }
            double empty = steady(server, 0);
            load(server, sets, seed);
            if (loaded) {
                server.restart();
            }
            return steady(server, sets.stream().mapToLong(DataSet::keys).sum()) - empty;
        }
    }

    private void warm(Standalone server, List<DataSet> sets) {
        load(
                server,
                sets.stream()
                        .map(set -> set.withKeys(1).withTtl(set.expiringRatio()))
                        .toList(),
                1);
    }

    private static void load(Standalone server, List<DataSet> sets, long seed) {
        ConnectionOptions options = ConnectionOptions.DEFAULTS.withTimeout(Duration.ofMinutes(2));
        try (Connection connection = Connection.open(server.uri(), options)) {
            char prefix = 'a';
            for (DataSet set : sets) {
                new Loader(connection, seed).load(set, prefix++);
            }
        }
    }

    /**
     * {@code used_memory} once it stands still: tables moved, buffers of the connection gone. Nothing is given back before a table
     * has moved whole, so the more keys there are, the longer it must stand.
     */
    private static double steady(Standalone server, long keys) {
        long looks = STEADY + keys / KEYS_MOVED_PER_LOOK;
        long last = 0;
        long same = 0;
        for (long look = 0; look < MOST_LOOKS + looks && same < looks; look++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            long now = Long.parseLong(server.info("used_memory"));
            same = Math.abs(now - last) < 256 ? same + 1 : 0;
            last = now;
        }
        return last;
    }
}
