package dev.keywright.ops.rdb;

import dev.keywright.ops.rdb.RdbCheck.Checksum;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads RDB files: their keys, and of each value how large its parts are, without building any of them.
 *
 * <ul>
 *   <li>Reads versions 1 to 13 of Redis (up to 8.6) and 80 of Valkey, with all kinds of values; of newer ones what they have in
 *       common. The checksum is checked on the way.
 *   <li>Memory: some 20 MB, whatever the file holds or claims; an array grows only with bytes that have come. Blocks of more than
 *       8 MB are not unpacked.
 *   <li>Complexity: one pass. The visitor is called by the thread that reads; the checksum is reckoned on one more. Several files
 *       in several threads do not know of each other.
 *   <li>Failure: {@link RdbFailure}, with the place. All keys before it have been told.
 * </ul>
 */
public final class RdbReader {

    private RdbReader() {}

    /**
     * Reads a file to its end.
     *
     * @throws RdbFailure when it is no RDB file or a damaged one; all keys before the fault have been told
     * @throws IOException when it cannot be read at all
     */
    public static RdbEnd read(Path file, RdbVisitor visitor) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(RdbInput.of(in, Files.size(file)), visitor);
        }
    }

    /** Reads a stream to its end, and does not close it. */
    public static RdbEnd read(InputStream in, RdbVisitor visitor) throws IOException {
        return read(RdbInput.of(in), visitor);
    }

    static RdbEnd read(RdbInput in, RdbVisitor visitor) throws IOException {
        try (in) {
            Sized records = new Sized(in, visitor);
            Checksum checksum = records.read();
            long bytes = in.offset();
            return new RdbEnd(records.header(), in.keys, bytes, checksum, in.rest());
        }
    }

    /** Tells a visitor. */
    private static final class Sized extends Records {

        private final RdbVisitor visitor;
        private final RdbKey key = new RdbKey();
        private final RdbValue value = new RdbValue();

        Sized(RdbInput in, RdbVisitor visitor) {
            super(in);
            this.visitor = visitor;
        }

        @Override
        void header(RdbHeader told) {
            visitor.header(told);
        }

        @Override
        void sizes(long keys, long expiring) {
            visitor.database(database, keys, expiring);
        }

        @Override
        void key(RdbKind kind) throws IOException {
            key.offset = in.record;
            key.database = database;
            key.expiresAtMillis = expiresAt;
            key.idleSeconds = idleSeconds;
            key.frequency = frequency;
            key.kind = kind;
            name();
            values.tell(kind, visitor.elements(key), value);
            visitor.key(key, value);
        }

        private void name() throws IOException {
            in.string();
            key.nameBytes = in.length;
            if (in.length <= RdbValue.HEAD_LIMIT) {
                key.namePart = in.head(key.name);
                in.skipString();
            } else {
                key.name = in.bytes(RdbKey.NAME_LIMIT);
                key.namePart = key.name.length;
            }
        }

        @Override
        void function() throws IOException {
            in.string();
            long bytes = in.length;
            in.skipString();
            visitor.function(bytes);
        }

        @Override
        void module(String name, long storedBytes) {
            visitor.module(name, storedBytes);
        }
    }
}
