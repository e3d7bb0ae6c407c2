package dev.keywright.ops.backup;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.rdb.RdbCheck;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server of our own on this machine that has loaded the file of a shard. It believes to be a replica of a primary that is away:
 * so it keeps every key of the file, also one whose time is over, and removes none by itself.
 */
final class PrivateServer implements AutoCloseable {

    /** The file's format is newer than the server reads. */
    static final class TooNew extends Exception {
        TooNew(String message) {
            super(message);
        }
    }

    private static final String MOST_DATABASES = "10000";

    private final Standalone server;
    private final Wire wire;

    private PrivateServer(Standalone server, Wire wire) {
        this.server = server;
        this.wire = wire;
    }

    /**
     * Unpacks the file into a new folder below {@code room} and loads it; the folder is gone when this returns. Takes as much disk
     * as the RDB and as much memory as the data.
     *
     * @throws TooNew when it cannot read this version of RDB files
     * @throws OpsException when the file is damaged or does not load
     */
    static PrivateServer load(Path set, Manifest.Shard shard, Path room) throws IOException, TooNew {
        Path folder = Files.createTempDirectory(room, ".loading-");
        Thread removal = new Thread(() -> remove(folder));
        Runtime.getRuntime().addShutdownHook(removal);
        try {
            unpack(set, shard, folder.resolve("dump.rdb"));
            return start(folder, set.resolve(shard.file()));
        } finally {
            remove(folder);
            try {
                Runtime.getRuntime().removeShutdownHook(removal);
            } catch (IllegalStateException theJvmEnds) {
                // The hook does what has just been done.
            }
        }
    }

    static void unpack(Path set, Manifest.Shard shard, Path rdb) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(Private.file(rdb)), 256 * 1024)) {
            StoredFile.read(set, shard, stored -> stored.transferTo(out));
        } catch (RdbCheck.Damaged e) {
            throw new OpsException(
                    set.resolve(shard.file()) + " is damaged: " + e.getMessage() + ". Use another backup set.", e);
        }
    }

    /** One that holds nothing yet. */
    static PrivateServer empty() throws IOException {
        return connected(Standalone.start());
    }

    private static PrivateServer start(Path folder, Path file) throws IOException, TooNew {
        ServerOptions options = ServerOptions.DEFAULTS
                .withFolder(folder)
                .withDirective("databases", MOST_DATABASES)
                .withDirective("replicaof", "127.0.0.1 1");
        Standalone server;
        try {
            server = Standalone.start(options);
        } catch (ServerException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("handle RDB format version")) {
                throw new TooNew(name() + " does not read RDB files of this version");
            }
            throw new OpsException(file + " does not load: " + message, e);
        }
        return connected(server);
    }

    private static PrivateServer connected(Standalone server) throws IOException {
        try {
            return new PrivateServer(server, Wire.open(new Node("127.0.0.1", server.port()), Access.OPEN));
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Such as {@code redis 7.0.15}. */
    static String name() {
        RedisBinary binary = RedisBinary.find(Optional.empty());
        return binary.product() + " " + binary.version();
    }

    private static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
        } catch (IOException gone) {
            // Then there is nothing to remove.
        }
    }

    Wire wire() {
        return wire;
    }

    @Override
    public void close() {
        wire.close();
        server.close();
    }
}
