package dev.keywright.ops.rdb;

import java.io.IOException;
import java.util.Locale;

/**
 * A file that cannot be read, or not to its end. All keys before the fault have been told. The message says what is wrong with
 * "it", without its name.
 */
public final class RdbFailure extends IOException {

    /** What is wrong with it. */
    public enum Reason {
        EMPTY,
        /** It does not begin as an RDB file does. */
        FOREIGN,
        /** It ends before its end mark. */
        CUT,
        /** It says something that cannot be. */
        DAMAGED,
        /** It was read to its end, and its checksum is not that of its content: any key may be wrong. */
        CHECKSUM,
        /** Its version of the format is newer than this program, and something in it is not known. */
        NEWER,
        /** It holds a record of a kind that is not known. */
        UNKNOWN_KIND
    }

    private final Reason reason;
    private final long recordOffset;
    private final long offset;
    private final long keys;

    RdbFailure(Reason reason, String what, long recordOffset, long offset, long keys) {
        super(what + place(reason, recordOffset, offset, keys));
        this.reason = reason;
        this.recordOffset = recordOffset;
        this.offset = offset;
        this.keys = keys;
    }

    private static String place(Reason reason, long recordOffset, long offset, long keys) {
        return switch (reason) {
            case EMPTY, FOREIGN -> "";
            case CHECKSUM -> String.format(Locale.ROOT, " (keys read: %,d, any of which may be wrong)", keys);
            case CUT, DAMAGED, NEWER, UNKNOWN_KIND ->
                String.format(
                        Locale.ROOT,
                        " (at byte %d, in the record that begins at byte %d; keys read before it: %,d)",
                        offset,
                        recordOffset,
                        keys);
        };
    }

    public Reason reason() {
        return reason;
    }

    /** Where the record with the fault begins. */
    public long recordOffset() {
        return recordOffset;
    }

    /** Where the fault was seen. */
    public long offset() {
        return offset;
    }

    /** How many keys were told before. */
    public long keys() {
        return keys;
    }
}
