package dev.keywright.ops.rdb;

import dev.keywright.ops.rdb.RdbFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an RDB file, and the two things all of it is made of: lengths and strings. Nothing is allocated because the file
 * says so: a buffer, and where a block must be seen whole, room for it that grows with what has really come, up to {@link
 * #BLOCK_LIMIT}.
 */
final class RdbInput implements AutoCloseable {

    /** How the bytes of a string lie in the file. */
    enum Form {
        PLAIN,
        /** No bytes follow: it is {@link #number}. */
        NUMBER,
        LZF
    }

    /** Larger blocks are not looked into. */
    static final int BLOCK_LIMIT = 8 << 20;

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int UNKNOWN_SIZE = -1;
    /** However it is packed, a head comes of so many bytes. */
    private static final int PACKED_HEAD_BYTES = 1024;

    private static final int INT8 = 0;
    private static final int INT16 = 1;
    private static final int INT32 = 2;
    private static final int LZF = 3;

    /** Read ahead; readers may look at it from {@link #at} as far as they {@link #require}. */
    byte[] buffer = new byte[BUFFER_BYTES];

    int at;
    private int end;

    // the string that begins here
    Form form = Form.PLAIN;
    long number;
    /** As the server has it. */
    long length;
    /** Of the file. */
    long stored;

    // the block taken last
    byte[] block = buffer;
    int blockFrom;
    int blockBytes;

    // what a failure tells
    long record;
    long keys;

    private final InputStream in;
    private final long size;
    private final @Nullable Summing summing;
    private int summed;
    /** Where the buffer begins in the file. */
    private long base;

    private boolean keeping;
    private int keepFrom;
    private byte[] kept = new byte[64];
    private int keptBytes;

    private byte[] plain = new byte[16 * 1024];
    private byte[] packed = new byte[0];

    private RdbInput(InputStream in, long size, @Nullable Summing summing) {
        this.in = in;
        this.size = size;
        this.summing = summing;
    }

    static RdbInput of(InputStream in) {
        return new RdbInput(in, UNKNOWN_SIZE, new Summing());
    }

    /** @param size in bytes, of the whole */
    static RdbInput of(InputStream in, long size) {
        return new RdbInput(in, size, new Summing());
    }

    /** Does not reckon the checksum. */
    static RdbInput unsummed(InputStream in) {
        return new RdbInput(in, UNKNOWN_SIZE, null);
    }

    long size() {
        return size;
    }

    long offset() {
        return base + at;
    }

    RdbFailure failure(Reason reason, String what) {
        return new RdbFailure(reason, what, record, offset(), keys);
    }

    RdbFailure damaged(String what) {
        return failure(Reason.DAMAGED, what);
    }

    // --- bytes

    int next() throws IOException {
        if (at == end) {
            fill(1);
        }
        return buffer[at++] & 0xff;
    }

    /** Makes sure that so many bytes lie in the buffer, at most as many as fit. */
    void require(int count) throws IOException {
        if (end - at < count) {
            fill(count);
        }
    }

    private void fill(int count) throws IOException {
        if (!has(count)) {
            throw cut();
        }
    }

    private RdbFailure cut() {
        at = end;
        return failure(Reason.CUT, "it is cut off: it ends before its end mark");
    }

    /** Whether so many bytes are left, up to the size of the buffer; they lie in it then. */
    boolean has(int count) throws IOException {
        if (end - at < count) {
            if (BUFFER_BYTES - at < count) {
                leave();
            }
            while (end - at < count) {
                int read = in.read(buffer, end, BUFFER_BYTES - end);
                if (read < 0) {
                    return false;
                }
                end += read;
            }
        }
        return true;
    }

    /** Lets go of what has been read, and moves the rest to the front. */
    private void leave() throws IOException {
        if (keeping) {
            keep();
            keepFrom = 0;
        }
        byte[] left = buffer;
        if (summing != null) {
            buffer = summing.exchange(left, summed, at - summed);
        }
        System.arraycopy(left, at, buffer, 0, end - at);
        base += at;
        end -= at;
        at = 0;
        summed = 0;
    }

    /** Of all that has been read; empty when it is not reckoned. */
    OptionalLong checksum() {
        if (summing == null) {
            return OptionalLong.empty();
        }
        summing.add(buffer, summed, at - summed);
        summed = at;
        return OptionalLong.of(summing.value());
    }

    /** Lets the thread go that reckons the checksum; the stream stays open. */
    @Override
    public void close() {
        if (summing != null) {
            summing.close();
        }
    }

    /** How many bytes lie in the buffer, when so many are asked for. */
    int ahead(int wanted) throws IOException {
        return has(wanted) ? wanted : end - at;
    }

    void skip(long count) throws IOException {
        if (count <= end - at && count >= 0) {
            at += (int) count;
            return;
        }
        claim(count);
        for (long left = count; left > 0; ) {
            if (at == end) {
                fill(1);
            }
            int piece = (int) Math.min(left, end - at);
            at += piece;
            left -= piece;
        }
    }

    /** Fails at once when so many bytes cannot be left. */
    private void claim(long count) throws RdbFailure {
        if (count < 0) {
            throw damaged("it tells of " + Long.toUnsignedString(count) + " bytes");
        }
        if (size >= 0 && count > size - offset()) {
            throw failure(
                    Reason.CUT,
                    "it is cut off, or a length in it is wrong: " + count + " bytes should follow, and "
                            + (size - offset()) + " do");
        }
    }

    /** Reads all that is left; how much it was. */
    long rest() throws IOException {
        long from = offset();
        at = end;
        while (has(1)) {
            at = end;
        }
        return offset() - from;
    }

    // --- numbers

    long little(int count) throws IOException {
        require(count);
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (buffer[at++] & 0xffL) << 8 * i;
        }
        return value;
    }

    private long big(int count) throws IOException {
        require(count);
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | buffer[at++] & 0xff;
        }
        return value;
    }

    /** A length or other unsigned number, in 1, 2, 5 or 9 bytes. */
    long length() throws IOException {
        int first = next();
        if (first >>> 6 == 3) {
            throw damaged("a string stands where a number should");
        }
        return length(first);
    }

    private long length(int first) throws IOException {
        return switch (first >>> 6) {
            case 0 -> first;
            case 1 -> (first & 0x3f) << 8 | next();
            default ->
                switch (first) {
                    case 0x80 -> big(Integer.BYTES);
                    case 0x81 -> big(Long.BYTES);
                    default -> throw damaged("a length begins with byte " + first + ", which none does");
                };
        };
    }

    /** A length that fits 63 bits. */
    long unsigned() throws IOException {
        long count = length();
        if (count < 0) {
            throw damaged("it tells of " + Long.toUnsignedString(count) + " elements");
        }
        return count;
    }

    /** How many things follow, of so many bytes at least. */
    long count(int leastBytes) throws IOException {
        long count = unsigned();
        if (count > Long.MAX_VALUE / leastBytes) {
            throw damaged("it tells of " + count + " elements");
        }
        claim(count * leastBytes);
        return count;
    }

    // --- strings

    /** Reads what stands before a string: {@link #form}, {@link #length}, {@link #stored}, {@link #number}. */
    void string() throws IOException {
        int first = next();
        if (first >>> 6 != 3) {
            form = Form.PLAIN;
            length = length(first);
            stored = length;
            if (length < 0 || length > end - at) {
                claim(length);
            }
            return;
        }
        switch (first & 0x3f) {
            case INT8 -> number((byte) next());
            case INT16 -> number((short) little(Short.BYTES));
            case INT32 -> number(little(Integer.BYTES) << Integer.SIZE >> Integer.SIZE);
            case LZF -> packed();
            default -> throw damaged("a string has the unknown encoding " + (first & 0x3f));
        }
    }

    private void number(long value) {
        form = Form.NUMBER;
        number = value;
        length = Decimal.length(value);
        stored = 0;
    }

    private void packed() throws IOException {
        form = Form.LZF;
        stored = length();
        length = length();
        claim(stored);
        if (length < 0 || length / Lzf.MOST_GROWTH > stored) {
            throw damaged("a compressed string of " + stored + " bytes should become " + Long.toUnsignedString(length)
                    + ", which is impossible");
        }
    }

    /** Passes over the string whose bytes begin here. */
    void skipString() throws IOException {
        skip(stored);
    }

    void passString() throws IOException {
        string();
        skip(stored);
    }

    /** Copies the beginning of the string that begins here; how many bytes, at most 512. */
    int head(byte[] to) throws IOException {
        int wanted = (int) Math.min(length, Math.min(to.length, RdbValue.HEAD_LIMIT));
        switch (form) {
            case NUMBER -> {
                if (to.length >= Decimal.MOST_BYTES) {
                    return Decimal.write(number, to);
                }
                System.arraycopy(Decimal.text(number), 0, to, 0, wanted);
            }
            case PLAIN -> {
                require(wanted);
                System.arraycopy(buffer, at, to, 0, wanted);
            }
            case LZF -> {
                int seen = (int) Math.min(stored, PACKED_HEAD_BYTES);
                require(seen);
                if (Lzf.unpack(buffer, at, at + seen, to, wanted) < wanted) {
                    throw damaged("a compressed string cannot be unpacked");
                }
            }
        }
        return wanted;
    }

    /**
     * Takes the string that begins here as a {@link #block}, which lasts until more is read. Not for numbers, and not for strings
     * longer than {@link #BLOCK_LIMIT}.
     */
    void takeBlock() throws IOException {
        int bytes = (int) stored;
        byte[] from;
        int start;
        if (bytes <= BUFFER_BYTES) {
            require(bytes);
            from = buffer;
            start = at;
            at += bytes;
        } else {
            packed = grown(packed, bytes);
            from = packed;
            start = 0;
        }
        if (form == Form.LZF) {
            unpack(from, start, bytes);
        } else {
            block = from;
            blockFrom = start;
            blockBytes = bytes;
        }
    }

    private void unpack(byte[] from, int start, int bytes) throws RdbFailure {
        blockBytes = (int) length;
        if (plain.length < blockBytes) {
            plain = new byte[Math.min(BLOCK_LIMIT, 2 * Integer.highestOneBit(blockBytes))];
        }
        block = plain;
        blockFrom = 0;
        if (Lzf.unpack(from, start, start + bytes, plain, blockBytes) < blockBytes) {
            throw damaged("a compressed string cannot be unpacked");
        }
    }

    /** Reads so many bytes into the array, or a longer one that grows as they come. */
    private byte[] grown(byte[] array, int count) throws IOException {
        byte[] all = array;
        for (int done = 0; done < count; ) {
            if (at == end) {
                fill(1);
            }
            int piece = Math.min(count - done, end - at);
            if (all.length - done < piece) {
                all = Arrays.copyOf(all, (int) Math.min(count, Math.max(done + (long) piece, 2L * done)));
            }
            System.arraycopy(buffer, at, all, done, piece);
            at += piece;
            done += piece;
        }
        return all;
    }

    /** The whole string that begins here, as the server would show it, or as much of its beginning as is asked for. */
    byte[] bytes(int most) throws IOException {
        if (length <= Math.min(most, RdbValue.HEAD_LIMIT)) {
            byte[] all = new byte[(int) length];
            head(all);
            skipString();
            return all;
        }
        int wanted = (int) Math.min(length, most);
        int seen = form == Form.PLAIN ? wanted : (int) Math.min(stored, wanted + wanted / 16L + PACKED_HEAD_BYTES);
        byte[] part = grown(new byte[0], seen);
        skip(stored - seen);
        if (form == Form.PLAIN) {
            return part.length == wanted ? part : Arrays.copyOf(part, wanted);
        }
        byte[] all = new byte[wanted];
        if (Lzf.unpack(part, 0, seen, all, wanted) < wanted) {
            throw damaged("a compressed string cannot be unpacked");
        }
        return all;
    }

    // --- what is handed on as it is

    /** Keeps this byte and all that is read from here on. */
    void startKeeping(int first) {
        keeping = true;
        keepFrom = at;
        kept[0] = (byte) first;
        keptBytes = 1;
    }

    private void keep() throws IOException {
        int piece = at - keepFrom;
        long needed = (long) keptBytes + piece;
        if (needed > kept.length) {
            if (needed > Integer.MAX_VALUE - 64) {
                throw damaged("a value takes more than 2 GB, more than fits into a payload");
            }
            kept = Arrays.copyOf(kept, (int) Math.max(needed, Math.min(2L * kept.length, 1L << 30)));
        }
        System.arraycopy(buffer, keepFrom, kept, keptBytes, piece);
        keptBytes += piece;
        keepFrom = at;
    }

    /** Ends keeping; {@link #keptBytes} of the answer count. */
    byte[] kept() throws IOException {
        keep();
        keeping = false;
        return kept;
    }

    int keptBytes() {
        return keptBytes;
    }
}
