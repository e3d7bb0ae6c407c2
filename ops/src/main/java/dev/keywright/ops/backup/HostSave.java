package dev.keywright.ops.backup;

import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * BGSAVE, and a copy of the file it writes: for servers on this machine that refuse the replication protocol. Waits for a save of
 * somebody else's first, and for its own until the server itself says that it went well. Commands: INFO, BGSAVE, CONFIG GET.
 */
final class HostSave implements Capture {

    private static final Duration LOOK = Duration.ofMillis(50);

    private final Wire wire;
    private Path file = Path.of("dump.rdb");
    private String replicationId = "";
    private long offset;

    HostSave(Wire wire) {
        this.wire = wire;
    }

    @Override
    public void begin() throws IOException {
        file = folder(wire).resolve(setting(wire, "dbfilename"));
        awaitSave();
        wire.ask("BGSAVE");
        State done = awaitSave();
        if (!done.field("rdb_last_bgsave_status").equals("ok")) {
            throw new Wire.Refused("BGSAVE failed; the server's log says why");
        }
        if (!Files.isReadable(file)) {
            throw new Wire.Refused("BGSAVE went well, but " + file + " cannot be read from here");
        }
        replicationId = done.field("master_replid");
        offset = done.number("master_repl_offset");
    }

    private State awaitSave() throws IOException {
        State state = State.of(wire);
        while (state.field("rdb_bgsave_in_progress").equals("1")) {
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException("interrupted while the server saved");
            }
            state = State.of(wire);
        }
        return state;
    }

    /** The folder the server writes to. */
    static Path folder(Wire wire) throws IOException {
        return Path.of(setting(wire, "dir"));
    }

    /** One directive's value. */
    static String setting(Wire wire, String name) throws IOException {
        String[] lines = wire.ask("CONFIG", "GET", name).split("\n", -1);
        if (lines.length < 2) {
            throw new Wire.Refused("CONFIG GET " + name + " tells nothing");
        }
        return lines[1];
    }

    @Override
    public Manifest.Way way() {
        return Manifest.Way.BGSAVE;
    }

    @Override
    public String replicationId() {
        return replicationId;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public void into(OutputStream out) throws IOException {
        Files.copy(file, out);
    }

    @Override
    public void close() {
        wire.close();
    }
}
