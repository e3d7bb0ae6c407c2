package dev.keywright.ops.rdb;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads an RDB file key by key. A value is not decoded: the file holds it as DUMP would answer it, but for version and checksum at
 * the end, so it is found by its length and handed on as a payload for RESTORE.
 * <ul>
 *   <li>Reads what {@link RdbReader} reads; of the checksum it takes no notice.
 *   <li>Memory: the largest value, twice. One file, one thread.
 *   <li>Not read: LRU and LFU data, data of modules outside keys.
 * </ul>
 */
public final class RdbKeys {

    /** Takes what a file holds, in its order. */
    public interface Visitor {
        void key(Entry entry) throws IOException;

        /** One library of functions, as it stands in a payload for FUNCTION RESTORE. */
        default void library(byte[] part) throws IOException {}
    }

    /** The file is whole, and holds something that this class does not know. */
    public static final class Unknown extends IOException {
        public Unknown(String message) {
            super(message);
        }
    }

    private static final int MOST_NAME_BYTES = Integer.MAX_VALUE - 64;

    private RdbKeys() {}

    /**
     * Reads a file up to its end mark.
     *
     * @return its version, which is that of the payloads
     * @throws RdbCheck.Damaged when it ends too early or makes no sense
     * @throws Unknown when it is newer than this class
     */
    public static int read(InputStream in, Visitor visitor) throws IOException {
        Dumped records = new Dumped(RdbInput.unsummed(in), visitor);
        try {
            records.read();
        } catch (RdbFailure e) {
            String why = String.valueOf(e.getMessage());
            throw switch (e.reason()) {
                case NEWER, UNKNOWN_KIND -> new Unknown(why);
                case EMPTY, FOREIGN, CUT, DAMAGED, CHECKSUM -> new RdbCheck.Damaged(why);
            };
        }
        return records.version();
    }

    /** The first bytes of something dumped, with version and checksum behind them. */
    public static byte[] sealed(byte[] dumped, int length, int version) {
        int summed = length + Short.BYTES;
        byte[] payload = Arrays.copyOf(dumped, summed + Long.BYTES);
        payload[length] = (byte) version;
        payload[length + 1] = (byte) (version >>> Byte.SIZE);
        Crc64 crc = new Crc64();
        crc.update(payload, 0, summed);
        long sum = crc.value();
        for (int i = 0; i < Long.BYTES; i++) {
            payload[summed + i] = (byte) (sum >>> i * Byte.SIZE);
        }
        return payload;
    }

    /** Hands on what stands in the file. */
    private static final class Dumped extends Records {

        private final Visitor visitor;

        Dumped(RdbInput in, Visitor visitor) {
            super(in);
            this.visitor = visitor;
        }

        @Override
        void key(RdbKind kind) throws IOException {
            in.string();
            byte[] name = in.bytes(MOST_NAME_BYTES);
            in.startKeeping(kind.number());
            values.pass(kind);
            byte[] kept = in.kept();
            visitor.key(new Entry(database, name, expiresAt, sealed(kept, in.keptBytes(), version())));
        }

        /** Payloads would lose it. */
        @Override
        void keyData() throws IOException {
            throw new Unknown(
                    "it holds keys with data of modules beside their values, which this program cannot restore");
        }

        @Override
        void function() throws IOException {
            in.startKeeping(FUNCTION);
            in.passString();
            visitor.library(Arrays.copyOf(in.kept(), in.keptBytes()));
        }
    }
}
