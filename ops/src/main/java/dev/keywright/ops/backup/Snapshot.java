package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.ops.wire.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A server's data as it sends them to a new replica. Asks for the data alone ({@code rdb-only}, 7.0 or newer), so that the server
 * collects no changes for us; an older one is left before it sends any.
 * <ul>
 *   <li>Commands: AUTH, REPLCONF, PSYNC. With an ACL user: {@code +replconf +psync +info}.
 *   <li>Cost to the server: one fork. With {@code repl-diskless-sync} it first waits {@code repl-diskless-sync-delay} (5 s) for
 *       more replicas to come, then sends straight from memory.
 *   <li>Failure: what was received is worth nothing; there is no way to go on in the middle.
 * </ul>
 */
final class Snapshot implements Capture {

    private static final int MARK_BYTES = 40;
    private static final int PIECE_BYTES = 256 * 1024;

    private final Wire wire;
    private final LongConsumer progress;
    private String replicationId = "";
    private long offset;
    private String announced = "";

    Snapshot(Wire wire, LongConsumer progress) {
        this.wire = wire;
        this.progress = progress;
    }

    @Override
    public void begin() throws IOException {
        wire.call("REPLCONF", "capa", "eof", "capa", "psync2");
        wire.call("REPLCONF", "rdb-only", "1");
        wire.send("PSYNC", "?", "-1");
        wire.flush();
        String line = nextLine();
        if (!line.startsWith("+FULLRESYNC ")) {
            throw new Wire.Refused(line.startsWith("-") ? line.substring(1) : "PSYNC was answered with " + line);
        }
        String[] words = line.split(" ");
        replicationId = words[1];
        offset = Long.parseLong(words[2]);
        announced = nextLine();
        if (!announced.startsWith("$")) {
            throw new Wire.Refused(announced.startsWith("-") ? announced.substring(1) : "no data after FULLRESYNC");
        }
    }

    /** While it prepares, the server sends line feeds to say that it is there. */
    private String nextLine() throws IOException {
        String line = wire.line();
        while (line.isEmpty()) {
            line = wire.line();
        }
        return line;
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
    public Manifest.Way way() {
        return Manifest.Way.REPLICATION_STREAM;
    }

    @Override
    public void into(OutputStream out) throws IOException {
        if (announced.startsWith("$EOF:")) {
            untilMark(out, announced.substring("$EOF:".length()).getBytes(US_ASCII));
        } else {
            exactly(out, Long.parseLong(announced.substring(1)));
        }
    }

    private void exactly(OutputStream out, long length) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long done = 0;
        while (done < length) {
            int read = some(piece, 0, (int) Math.min(piece.length, length - done), done);
            out.write(piece, 0, read);
            done += read;
            progress.accept(done);
        }
    }

    /** The end is known by the mark, and the mark is the last the server sends: the last 40 bytes so far are held back. */
    private void untilMark(OutputStream out, byte[] mark) throws IOException {
        byte[] piece = new byte[MARK_BYTES + PIECE_BYTES];
        int held = 0;
        long done = 0;
        while (held < MARK_BYTES || !Arrays.equals(piece, 0, MARK_BYTES, mark, 0, MARK_BYTES)) {
            int end = held + some(piece, held, piece.length - held, done);
            int ready = Math.max(0, end - MARK_BYTES);
            out.write(piece, 0, ready);
            System.arraycopy(piece, ready, piece, 0, end - ready);
            held = end - ready;
            done += ready;
            progress.accept(done);
        }
    }

    private int some(byte[] into, int from, int most, long done) throws IOException {
        try {
            return wire.some(into, from, most);
        } catch (EOFException e) {
            throw new EOFException("the server closed the connection after " + done + " bytes of its data");
        }
    }

    @Override
    public void close() {
        wire.close();
    }
}
