package dev.keywright.ops.rdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the elements of a block that holds many: a text that lies at {@link #textFrom}, or a {@link #number}. What is wrong
 * with the block ends the walk and is told by {@link #fault}; nothing beyond it is read. One object for many blocks.
 */
abstract class Packed {

    static final long UNKNOWN = RdbValue.UNKNOWN;

    /** So many bytes of a block tell how many elements it says to have. */
    static final int HEAD_BYTES = 11;

    static final int END = 0xff;
    private static final int MOST_COUNTED = 0xffff;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    byte[] bytes = new byte[0];
    int at;
    int end;
    private int start;

    // the element last read
    boolean integer;
    long number;
    int textFrom;
    int textBytes;

    /** What is wrong, once {@link #next} has said that there is no more. */
    @Nullable
    String fault;

    /** Begins with a block. */
    final void on(byte[] block, int from, int length) {
        bytes = block;
        start = from;
        end = from + length;
        at = from;
        fault = null;
        begin(length);
    }

    /** Passes over the head. */
    abstract void begin(int length);

    /** Reads the next element; false at the end, and at a {@link #fault}. */
    abstract boolean next();

    /** How many elements the block says that it has; {@link #UNKNOWN} when it does not. */
    final long count() {
        return count(bytes, start, end - start);
    }

    /** How many elements the head of a block says that it has; {@link #UNKNOWN} when it does not. */
    abstract long count(byte[] head, int from, int length);

    final boolean fail(String what) {
        fault = what;
        return false;
    }

    final boolean has(int count) {
        return count <= end - at;
    }

    final int unsignedByte() {
        return bytes[at++] & 0xff;
    }

    final boolean integer(long value, int length) {
        integer = true;
        number = value;
        at += length;
        return true;
    }

    /** A text that begins here. */
    final boolean text(long length) {
        if (length < 0 || length > end - at) {
            return fail("an element of " + length + " bytes in it is longer than what is left of it");
        }
        integer = false;
        textFrom = at;
        textBytes = (int) length;
        at += textBytes;
        return true;
    }

    /** At the mark behind the last element: there is no next one. */
    final boolean ended() {
        return at != end - 1 && fail("its end mark is not at its end");
    }

    static long counted(byte[] head, int from, int length, int at) {
        if (length < at + Short.BYTES) {
            return UNKNOWN;
        }
        int count = int16(head, from + at) & MOST_COUNTED;
        return count == MOST_COUNTED ? UNKNOWN : count;
    }

    static short int16(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at);
    }

    static int int24(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | bytes[at + 2] << 16;
    }

    static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static long int64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static long bigEndian(byte[] bytes, int at) {
        return (long) BIG_LONG.get(bytes, at);
    }
}
