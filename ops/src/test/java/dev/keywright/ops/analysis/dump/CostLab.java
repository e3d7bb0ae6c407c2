package dev.keywright.ops.analysis.dump;

import dev.keywright.connection.Connection;
import dev.keywright.ops.analysis.Key;
import dev.keywright.ops.memory.History;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Recognition;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** A real server with a {@link Mixture} of keys: what its dump is reckoned to take, and what the server says. */
final class CostLab implements AutoCloseable {

    private static final Map<String, String> STILL =
            Map.of("latency-tracking", "no", "hz", "500", "save", "", "appendonly", "no");
    private static final long PAUSE_NANOS = 30_000_000;
    private static final int STEADY = 5;
    private static final int MOST_LOOKS = 200;

    private final Standalone server;
    private final double emptyBytes;
    final Profile profile;

    /** @param binary none for the embedded server */
    CostLab(Optional<Path> binary, Map<String, String> directives) {
        Map<String, String> all = new HashMap<>(STILL);
        all.putAll(directives);
        ServerOptions options = ServerOptions.DEFAULTS.withDirectives(all);
        server = Standalone.start(binary.map(options::withBinary).orElse(options));
        if (directives.containsKey("cluster-enabled")) {
            server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        }
        try (Connection connection = Connection.open(server.uri())) {
            profile = Recognition.of(connection).profile();
        }
        awaitCluster();
        emptyBytes = steady();
    }

    /** A node of a cluster answers some moments after it has started. */
    private void awaitCluster() {
        for (int look = 0; look < MOST_LOOKS && profile.slots() > 0; look++) {
            if (server.command("CLUSTER", "INFO").contains("cluster_state:ok")) {
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * What was found.
     *
     * @param errors reckoned / MEMORY USAGE - 1 of each key, by kind
     * @param dataBytes what {@code used_memory} grew by
     * @param usedBytes all of it
     */
    record Outcome(Dump dump, Map<String, List<Double>> errors, double dataBytes, double usedBytes) {

        double dataError() {
            return dump.totals().dataBytes() / dataBytes - 1;
        }

        double totalError() {
            return dump.totals().totalBytes() / usedBytes - 1;
        }
    }

    /** The server right after it was written to. */
    Outcome written(double scale) throws IOException {
        try (Wire wire = open()) {
            boolean fieldTtls = Wire.orThrow(wire.call("COMMAND", "INFO", "HPEXPIREAT"))
                    .text()
                    .contains("hpexpireat");
            Mixture.write(wire, scale, fieldTtls, profile.slots() == 0);
        }
        double full = steady();
        server.command("SAVE");
        return compare(options().withHistory(History.GROWN), full);
    }

    /** The same server after it has loaded its dump: the very file, since another has its hashes in another order. */
    Outcome loaded() throws IOException {
        server.restart();
        awaitCluster();
        return compare(options().withLimits(profile.limits()), steady());
    }

    private DumpOptions options() {
        return DumpOptions.DEFAULTS
                .withAllocator(profile.allocator())
                .withVersion(profile.version())
                .withSharedIntegers(profile.sharesIntegers())
                .withSlots(profile.slots());
    }

    private Outcome compare(DumpOptions options, double full) throws IOException {
        List<Key> keys = new ArrayList<>();
        Path file = Path.of(server.configuration().get("dir"), "dump.rdb");
        Dump dump = DumpSource.read(file, options, keys::add);
        Map<String, List<Double>> errors = new TreeMap<>();
        try (Wire wire = open()) {
            int database = 0;
            for (Key key : keys) {
                if (key.database() != database) {
                    database = key.database();
                    wire.ask("SELECT", Integer.toString(database));
                }
                wire.begin(5);
                wire.word("MEMORY");
                wire.word("USAGE");
                wire.word(key.name().bytes());
                wire.word("SAMPLES");
                wire.word("0");
                wire.flush();
                long real = ((Answer.Whole) Wire.orThrow(wire.read())).value();
                errors.computeIfAbsent(key.name().toString().replaceAll(":.*", ""), kind -> new ArrayList<>())
                        .add((double) key.bytes() / real - 1);
            }
        }
        return new Outcome(dump, errors, full - emptyBytes, full);
    }

    private Wire open() throws IOException {
        return Wire.open(new Node("127.0.0.1", server.port()), Access.OPEN);
    }

    /** {@code used_memory} once it stands still: tables moved, buffers of connections gone. */
    private double steady() {
        long last = 0;
        int same = 0;
        for (int look = 0; look < MOST_LOOKS && same < STEADY; look++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            long now = Long.parseLong(server.info("used_memory"));
            same = Math.abs(now - last) < 256 ? same + 1 : 0;
            last = now;
        }
        return last;
    }

    @Override
    public void close() {
        server.close();
    }
}
