package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads an RDB file key by key. A value is not decoded: the file holds it as DUMP would answer it, but for version and checksum at
 * the end, so it is found by its length and handed on as a payload for RESTORE.
 * <ul>
 *   <li>Reads what Redis 7.0 to 8.4 and Valkey 7.2 to 9 write, and older files; values of modules, too.
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

    private static final int BUFFER_BYTES = 64 * 1024;

    private static final int SLOT_INFO = 244;
    private static final int FUNCTION = 245;
    private static final int MODULE_AUX = 247;
    private static final int IDLE = 248;
    private static final int FREQUENCY = 249;
    private static final int AUXILIARY = 250;
    private static final int SIZES = 251;
    private static final int EXPIRES_MILLIS = 252;
    private static final int EXPIRES_SECONDS = 253;
    private static final int DATABASE = 254;
    private static final int END = 255;

    private static final int STREAM = 15;
    private static final int STREAM_2 = 19;
    private static final int STREAM_3 = 21;
    public static final int VALKEY_HASH_2 = 22;
    public static final int HASH_FIELD_TTLS = 24;
    public static final int HASH_LISTPACK_FIELD_TTLS = 25;

    private static final int STREAM_ID_BYTES = 16;
    private static final int TIME_BYTES = 8;

    private static final int INT8 = 0;
    private static final int INT16 = 1;
    private static final int INT32 = 2;
    private static final int LZF = 3;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;

    /** What was read since {@link #keep}. */
    private byte[] kept = new byte[BUFFER_BYTES];

    private int keptBytes;
    private boolean keeping;

    private boolean valkey;
    private int version;
    /** The last length was no length but the kind of an encoded string. */
    private boolean special;

    private RdbKeys(InputStream in) {
        this.in = in;
    }

    /**
     * Reads a file up to its end mark.
     *
     * @return its version, which is that of the payloads
     * @throws RdbCheck.Damaged when it ends too early or makes no sense
     * @throws Unknown when it is newer than this class
     */
    public static int read(InputStream in, Visitor visitor) throws IOException {
        RdbKeys keys = new RdbKeys(in);
        keys.header();
        keys.records(visitor);
        return keys.version;
    }

    private void header() throws IOException {
        RdbCheck.Magic magic = RdbCheck.Magic.of(bytes(RdbCheck.HEADER));
        valkey = magic.valkey();
        version = magic.version();
    }

    private void records(Visitor visitor) throws IOException {
        int database = 0;
        long expiresAt = Entry.NEVER;
        while (true) {
            int code = next();
            switch (code) {
                case END -> {
                    return;
                }
                case DATABASE -> database = (int) length();
                case EXPIRES_MILLIS -> expiresAt = little(TIME_BYTES);
                case EXPIRES_SECONDS -> expiresAt = little(Integer.BYTES) * 1_000;
                case FREQUENCY -> next();
                case IDLE -> length();
                case SIZES -> lengths(2);
                case SLOT_INFO -> lengths(3);
                case AUXILIARY -> strings(2);
                case MODULE_AUX -> module();
                case FUNCTION -> {
                    keep(code);
                    string();
                    visitor.library(Arrays.copyOf(kept, keptBytes));
                    keeping = false;
                }
                default -> {
                    byte[] key = decoded();
                    keep(code);
                    value(code);
                    visitor.key(new Entry(database, key, expiresAt, payload()));
                    expiresAt = Entry.NEVER;
                }
            }
        }
    }

    private byte[] payload() {
        keeping = false;
        return sealed(kept, keptBytes, version);
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

    // --- values, passed over

    private void value(int type) throws IOException {
        switch (type) {
            case 0, 9, 10, 11, 12, 13, 16, 17, 20 -> string();
            case 1, 2, 14 -> strings(length());
            case 4 -> strings(2 * length());
            case 3 ->
                each(length(), () -> {
                    string();
                    asciiDouble();
                });
            case 5 ->
                each(length(), () -> {
                    string();
                    skip(Double.BYTES);
                });
            case 7 -> module();
            case 18 ->
                each(length(), () -> {
                    length();
                    string();
                });
            case STREAM, STREAM_2, STREAM_3 -> stream(type);
            case HASH_FIELD_TTLS -> {
                skip(TIME_BYTES);
                each(length(), () -> {
                    length();
                    strings(2);
                });
            }
            case HASH_LISTPACK_FIELD_TTLS -> {
                skip(TIME_BYTES);
                string();
            }
            default -> {
                if (type != VALKEY_HASH_2 || !valkey) {
                    throw new Unknown("it holds records of kind " + type + ", which are newer than this program");
                }
                each(length(), () -> {
                    strings(2);
                    skip(TIME_BYTES);
                });
            }
        }
    }

    private void asciiDouble() throws IOException {
        int length = next();
        if (length < 253) { // else infinite, or not a number
            skip(length);
        }
    }

    /** The values of modules say themselves what they are made of. */
    private void module() throws IOException {
        length();
        while (true) {
            int code = (int) length();
            switch (code) {
                case 0 -> {
                    return;
                }
                case 1, 2 -> length();
                case 3 -> skip(Float.BYTES);
                case 4 -> skip(Double.BYTES);
                case 5 -> string();
                default -> throw new Unknown("a module's value has a part of kind " + code);
            }
        }
    }

    private void stream(int type) throws IOException {
        strings(2 * length());
        lengths(type == STREAM ? 3 : 8); // count, last id; then first id, highest deleted id, entries ever added
        each(length(), () -> {
            string();
            lengths(type == STREAM ? 2 : 3); // last id; then entries read
            each(length(), () -> {
                skip(STREAM_ID_BYTES + TIME_BYTES);
                length();
            });
            each(length(), () -> {
                string();
                skip(type == STREAM_3 ? 2 * TIME_BYTES : TIME_BYTES);
                skip(STREAM_ID_BYTES * length());
            });
        });
    }

    private interface Part {
        void read() throws IOException;
    }

    private static void each(long count, Part part) throws IOException {
        for (long i = 0; i < count; i++) {
            part.read();
        }
    }

    private void strings(long count) throws IOException {
        each(count, this::string);
    }

    private void lengths(int count) throws IOException {
        each(count, this::length);
    }

    private void string() throws IOException {
        long length = length();
        if (!special) {
            skip(length);
            return;
        }
        switch ((int) length) {
            case INT8, INT16, INT32 -> skip(1L << length);
            case LZF -> {
                long packed = length();
                length();
                skip(packed);
            }
            default -> throw new RdbCheck.Damaged("it holds a string of the unknown encoding " + length);
        }
    }

    // --- what is decoded

    /** A string as the server would show it. */
    private byte[] decoded() throws IOException {
        long length = length();
        if (!special) {
            return bytes(size(length));
        }
        return switch ((int) length) {
            case INT8 -> text(Byte.toString((byte) little(1)));
            case INT16 -> text(Short.toString((short) little(2)));
            case INT32 -> text(Integer.toString((int) little(4)));
            case LZF -> {
                int packedBytes = size(length());
                byte[] plain = new byte[size(length())];
                unpack(bytes(packedBytes), plain);
                yield plain;
            }
            default -> throw new RdbCheck.Damaged("it holds a key of the unknown encoding " + length);
        };
    }

    private static byte[] text(String number) {
        return number.getBytes(US_ASCII);
    }

    /** LZF: runs of plain bytes, and references to what came before. */
    private static void unpack(byte[] packed, byte[] plain) throws RdbCheck.Damaged {
        int from = 0;
        int to = 0;
        try {
            while (from < packed.length) {
                int code = packed[from++] & 0xff;
                if (code < 32) {
                    System.arraycopy(packed, from, plain, to, code + 1);
                    from += code + 1;
                    to += code + 1;
                } else {
                    int length = code >>> 5;
                    length += length == 7 ? packed[from++] & 0xff : 0;
                    int back = (code & 31) << 8 | packed[from++] & 0xff;
                    for (int i = 0; i < length + 2; i++, to++) {
                        plain[to] = plain[to - back - 1];
                    }
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw new RdbCheck.Damaged("it holds a key that cannot be decompressed");
        }
    }

    /** In 1, 2, 5 or 9 bytes; or the kind of a {@link #special} string. */
    private long length() throws IOException {
        int first = next();
        special = false;
        return switch (first >>> 6) {
            case 0 -> first;
            case 1 -> (long) (first & 0x3f) << 8 | next();
            case 2 ->
                switch (first) {
                    case 0x80 -> big(4);
                    case 0x81 -> big(8);
                    default -> throw new RdbCheck.Damaged("it holds a length that is none");
                };
            default -> {
                special = true;
                yield first & 0x3f;
            }
        };
    }

    private long big(int count) throws IOException {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = number << 8 | next();
        }
        return number;
    }

    private long little(int count) throws IOException {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number |= (long) next() << 8 * i;
        }
        return number;
    }

    private static int size(long length) throws RdbCheck.Damaged {
        if (length < 0 || length > Integer.MAX_VALUE - 64) {
            throw new RdbCheck.Damaged("it holds a string of " + length + " bytes");
        }
        return (int) length;
    }

    // --- bytes

    private void keep(int first) {
        kept[0] = (byte) first;
        keptBytes = 1;
        keeping = true;
    }

    private int next() throws IOException {
        if (at == end) {
            fill();
        }
        byte next = buffer[at++];
        if (keeping) {
            grow(1);
            kept[keptBytes++] = next;
        }
        return next & 0xff;
    }

    private void skip(long count) throws IOException {
        int left = size(count);
        if (keeping) {
            grow(left);
        }
        while (left > 0) {
            if (at == end) {
                fill();
            }
            int piece = Math.min(left, end - at);
            if (keeping) {
                System.arraycopy(buffer, at, kept, keptBytes, piece);
                keptBytes += piece;
            }
            at += piece;
            left -= piece;
        }
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        int done = 0;
        while (done < count) {
            if (at == end) {
                fill();
            }
            int piece = Math.min(count - done, end - at);
            System.arraycopy(buffer, at, bytes, done, piece);
            at += piece;
            done += piece;
        }
        return bytes;
    }

    private void grow(int more) throws IOException {
        long needed = (long) keptBytes + more;
        if (needed > kept.length) {
            kept = Arrays.copyOf(kept, size(Math.max(needed, Math.min(2L * kept.length, 1L << 30))));
        }
    }

    private void fill() throws IOException {
        int read = in.read(buffer);
        if (read < 0) {
            throw new RdbCheck.Damaged("it ends in the middle");
        }
        at = 0;
        end = read;
    }
}
