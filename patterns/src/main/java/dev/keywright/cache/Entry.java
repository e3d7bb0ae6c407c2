package dev.keywright.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a key of a cache holds, as bytes:
 *
 * <pre>
 * at 0   1  kind     V value, N remembered absence, L a load under way, F the outcome of one that brought nothing,
 *                    W a write under way
 *    1   1  flags    1 renewable, 2 tagged, 4 somebody waits, 8 renewal failed, 16 brought nothing
 *    2   1  format   the codec's
 *    3   2  schema   version of the stored class
 *    5   8  token    of the lease; in L, F, and in a renewable value
 *   13   8  until    renewable: the lease on its renewal ends when the key has no longer to live than so many ms
 *   21   4  cost     renewable: milliseconds that loading it took
 *        1  count    tagged: number of tags
 *        8n versions tagged: of each tag, as they were before the load
 *           payload  what the codec wrote
 * </pre>
 *
 * Numbers have their highest byte first. The token of a renewable value lies where that of a lease does, so the scripts look in one place.
 */
final class Entry {

    static final byte VALUE = 'V';
    static final byte ABSENT = 'N';

    static final int RENEWABLE = 1;
    static final int TAGGED = 2;
    static final int BROUGHT_NOTHING = 16;

    static final int HEAD = 5;
    static final int TOKEN = 8;
    private static final int BLOCK = 20;
    private static final int COST_AT = 21;
    private static final int START = 64;

    private final byte[] bytes;
    private final int payloadAt;

    private Entry(byte[] bytes, int payloadAt) {
        this.bytes = bytes;
        this.payloadAt = payloadAt;
    }

    /** The value or remembered absence in these bytes; null when they are something else, or cut short. */
    static @Nullable Entry of(byte[] bytes) {
        if (bytes.length < HEAD || (bytes[0] != VALUE && bytes[0] != ABSENT)) {
            return null;
        }
        int at = HEAD + ((bytes[1] & RENEWABLE) == 0 ? 0 : BLOCK);
        if ((bytes[1] & TAGGED) != 0) {
            if (at >= bytes.length) {
                return null;
            }
            at += 1 + TOKEN * (bytes[at] & 0xff);
        }
        return at > bytes.length ? null : new Entry(bytes, at);
    }

    /** Whether the bytes are a value with nothing between its head and its payload: the shape of most, and the quickest to read. */
    static boolean isBare(byte[] bytes, int schema) {
        return bytes.length >= HEAD
                && bytes[0] == VALUE
                && bytes[1] == 0
                && bytes[3] == (byte) (schema >> 8)
                && bytes[4] == (byte) schema;
    }

    /** What comes before the payload. */
    static byte[] head(
            byte kind, byte format, int schema, boolean renewable, long costMillis, byte @Nullable [] versions) {
        int tags = versions == null ? 0 : 1 + versions.length;
        byte[] head = new byte[HEAD + (renewable ? BLOCK : 0) + tags];
        head[0] = kind;
        head[1] = (byte) ((renewable ? RENEWABLE : 0) | (versions == null ? 0 : TAGGED));
        head[2] = format;
        head[3] = (byte) (schema >> 8);
        head[4] = (byte) schema;
        if (renewable) {
            int cost = (int) Math.min(costMillis, Integer.MAX_VALUE);
            for (int i = 0; i < 4; i++) {
                head[COST_AT + i] = (byte) (cost >> (24 - 8 * i));
            }
        }
        if (versions != null) {
            int at = head.length - tags;
            head[at] = (byte) (versions.length / TOKEN);
            System.arraycopy(versions, 0, head, at + 1, versions.length);
        }
        return head;
    }

    boolean isAbsent() {
        return bytes[0] == ABSENT;
    }

    boolean isRenewable() {
        return (bytes[1] & RENEWABLE) != 0;
    }

    byte format() {
        return bytes[2];
    }

    int schema() {
        return (bytes[3] & 0xff) << 8 | bytes[4] & 0xff;
    }

    long costMillis() {
        long cost = 0;
        if (isRenewable()) {
            for (int i = 0; i < 4; i++) {
                cost = cost << 8 | bytes[COST_AT + i] & 0xff;
            }
        }
        return cost;
    }

    /** Whether it was made under exactly these versions of its tags. */
    boolean hasVersions(byte[] versions) {
        if ((bytes[1] & TAGGED) == 0) {
            return versions.length == 0;
        }
        return Arrays.equals(bytes, payloadAt - versionBytes(), payloadAt, versions, 0, versions.length);
    }

    private int versionBytes() {
        return payloadAt - HEAD - (isRenewable() ? BLOCK : 0) - 1;
    }

    byte[] bytes() {
        return bytes;
    }

    int payloadAt() {
        return payloadAt;
    }

    int payloadLength() {
        return bytes.length - payloadAt;
    }

    /**
     * Enough of its beginning to tell whether the key still holds this one, without the bytes that a lease on its renewal changes.
     * Scripts make the same of what they find.
     */
    static byte[] startOf(byte[] bytes) {
        boolean renewable = bytes.length > 1 && bytes[0] == VALUE && (bytes[1] & RENEWABLE) != 0;
        int end = Math.min(bytes.length, START);
        int middle = Math.min(end, HEAD);
        int from = Math.min(end, renewable ? COST_AT : HEAD);
        int signs = Math.max(0, middle - 2);
        byte[] start = new byte[1 + signs + end - from];
        start[0] = bytes[0];
        System.arraycopy(bytes, Math.min(2, end), start, 1, signs);
        System.arraycopy(bytes, from, start, 1 + signs, end - from);
        return start;
    }
}
