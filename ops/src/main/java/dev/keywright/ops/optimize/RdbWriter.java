package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.ops.rdb.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;

/**
 * An RDB file made of keys as DUMP tells them: of several shards, or of some keys of a file. It carries no checksum, and the number
 * of keys of each database, so that a server makes its tables of the right size at once. Keys must come database by database. Not
 * for several threads.
 */
final class RdbWriter implements Closeable {

    private static final int DATABASE = 0xfe;
    private static final int EXPIRES = 0xfc;
    private static final int SIZES = 0xfb;
    private static final int END = 0xff;
    /** Version and checksum, which a payload has and a file has not. */
    private static final int PAYLOAD_END = 10;

    private static final int FIRST_OF_VALKEY = 80;
    private static final int LENGTH_OF_4_BYTES = 0x80;

    private final RandomAccessFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
    private long sizesAt = -1;
    private int database = -1;
    private int keys;
    private int expiring;
    private long written;

    RdbWriter(Path path) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "rw");
    }

    void add(Entry entry) throws IOException {
        byte[] payload = entry.payload();
        int end = payload.length - PAYLOAD_END;
        if (database < 0) {
            header(payload[end] & 0xff | (payload[end + 1] & 0xff) << 8);
        }
        if (entry.database() != database) {
            begin(entry.database());
        }
        keys++;
        written++;
        if (entry.expires()) {
            expiring++;
            room(9).put((byte) EXPIRES).order(ByteOrder.LITTLE_ENDIAN).putLong(entry.expiresAt());
            buffer.order(ByteOrder.BIG_ENDIAN);
        }
        room(1).put(payload[0]);
        length(entry.key().length);
        bytes(entry.key(), 0, entry.key().length);
        bytes(payload, 1, end - 1);
    }

    /** Keys so far. */
    long written() {
        return written;
    }

    private void header(int version) throws IOException {
        String magic = version < FIRST_OF_VALKEY
                ? String.format(Locale.ROOT, "REDIS%04d", version)
                : String.format(Locale.ROOT, "VALKEY%03d", version);
        room(magic.length()).put(magic.getBytes(US_ASCII));
    }

    private void begin(int number) throws IOException {
        sizes();
        database = number;
        keys = 0;
        expiring = 0;
        room(1).put((byte) DATABASE);
        length(number);
        room(1).put((byte) SIZES);
        flush();
        sizesAt = file.getFilePointer();
        length(0);
        length(0);
    }

    /** Fills in the counts of the database that ends. */
    private void sizes() throws IOException {
        if (sizesAt < 0) {
            return;
        }
        flush();
        long here = file.getFilePointer();
        file.seek(sizesAt);
        length(keys);
        length(expiring);
        flush();
        file.seek(here);
    }

    private void length(int length) throws IOException {
        room(5).put((byte) LENGTH_OF_4_BYTES).putInt(length);
    }

    private void bytes(byte[] bytes, int from, int count) throws IOException {
        if (count > buffer.remaining()) {
            flush();
        }
        if (count > buffer.capacity()) {
            file.write(bytes, from, count);
        } else {
            buffer.put(bytes, from, count);
        }
    }

    private ByteBuffer room(int count) throws IOException {
        if (buffer.remaining() < count) {
            flush();
        }
        return buffer;
    }

    private void flush() throws IOException {
        file.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (database >= 0) {
                sizes();
                room(9).put((byte) END).putLong(0);
                flush();
            }
        }
    }
}
