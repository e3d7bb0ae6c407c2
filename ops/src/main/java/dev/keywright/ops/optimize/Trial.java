package dev.keywright.ops.optimize;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A private server on this machine that has loaded the copy under settings of its own. It takes itself for a replica of an absent
 * primary, so it drops no key whose time is over. One thread.
 */
final class Trial implements AutoCloseable {

    private static final Map<String, String> STILL = Map.of(
            "replicaof", "127.0.0.1 1",
            "replica-read-only", "no",
            "maxmemory", "0",
            "latency-tracking", "no",
            "slowlog-log-slower-than", "-1");

    private final Standalone server;
    private final Path folder;
    private final Wire wire;
    private final double loadSeconds;

    private Trial(Standalone server, Path folder, Wire wire, double loadSeconds) {
        this.server = server;
        this.folder = folder;
        this.wire = wire;
        this.loadSeconds = loadSeconds;
    }

    /** One that has loaded that file. */
    static Trial load(RedisBinary binary, Path room, Path rdb, int databases, Map<String, String> settings)
            throws IOException {
        Path folder = Files.createTempDirectory(room, "trial-");
        Path place = folder.resolve("dump.rdb");
        try {
            Files.createLink(place, rdb);
        } catch (IOException | UnsupportedOperationException noLinks) {
            Files.copy(rdb, place);
        }
        return start(binary, folder, databases, settings, rdb);
    }

    /** One that holds nothing. */
    static Trial empty(RedisBinary binary, Path room, Map<String, String> settings) throws IOException {
        return start(binary, Files.createTempDirectory(room, "trial-"), 1, settings, room);
    }

    private static Trial start(RedisBinary binary, Path folder, int databases, Map<String, String> settings, Path rdb)
            throws IOException {
        Map<String, String> directives = new LinkedHashMap<>(STILL);
        directives.put("databases", Integer.toString(Math.max(16, databases)));
        directives.putAll(settings);
        long begun = System.nanoTime();
        Standalone server;
        try {
            server = Standalone.start(ServerOptions.DEFAULTS
                    .withBinary(binary.path())
                    .withFolder(folder)
                    .withDirectives(directives));
        } catch (ServerException e) {
            Scratch.remove(folder);
            throw refused(String.valueOf(e.getMessage()), binary, rdb, e);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        try {
            return new Trial(server, folder, Wire.open(new Node("127.0.0.1", server.port()), Access.OPEN), seconds);
        } catch (IOException | RuntimeException e) {
            server.close();
            Scratch.remove(folder);
            throw e;
        }
    }

    private static OpsException refused(String message, RedisBinary binary, Path rdb, ServerException e) {
        String reason;
        if (message.contains("handle RDB format version") || message.contains("Bad directive")) {
            reason = "it is of a newer server than " + binary.product() + " " + binary.version()
                    + ", which is used for the trial. Name one as new in the environment variable KEYWRIGHT_SERVER";
        } else if (message.contains("CRC") || message.contains("checksum")) {
            reason = "its checksum is wrong, so it is damaged. Give another copy";
        } else if (message.contains("rdb file reading failure") || message.contains("Internal error in RDB")) {
            reason = "it is damaged, so that a server does not read it to its end. Give another copy";
        } else if (message.contains("BUG REPORT")) {
            reason = "a server that reads it crashes, so it is damaged. Give another copy";
        } else {
            reason = "the private server says: " + message;
        }
        return new OpsException("The copy does not load (" + rdb.getFileName() + "): " + reason + ".", e);
    }

    Wire wire() {
        return wire;
    }

    double loadSeconds() {
        return loadSeconds;
    }

    /** What it uses, without its clients and buffers. */
    long usedBytes() throws IOException {
        return Memory.of(wire).dataBytes();
    }

    @Override
    public void close() {
        wire.close();
        server.close();
        Scratch.remove(folder);
    }
}
