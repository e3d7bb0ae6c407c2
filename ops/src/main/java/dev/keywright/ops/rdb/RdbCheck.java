package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks an RDB file while it passes on to another stream: magic word, version, end mark and the CRC-64 of the whole. Nothing of
 * its content is read. Memory: 17 bytes. Not for several threads.
 */
public final class RdbCheck extends OutputStream {

    /** Whether the file proved its own checksum. */
    public enum Checksum {
        /** The sum at the end is that of the content. */
        MATCHED,
        /** The server writes none ({@code rdbchecksum no}); flipped bits are not seen. */
        OFF
    }

    /** What was learnt. */
    public record Facts(int version, long bytes, Checksum checksum) {}

    /** What the first nine bytes of a file say. */
    public record Magic(boolean valkey, int version) {

        private static final Pattern WORD = Pattern.compile("REDIS(\\d{4})|VALKEY(\\d{3})");

        public static Magic of(byte[] header) throws Damaged {
            Matcher word = WORD.matcher(new String(header, ISO_8859_1));
            if (!word.matches()) {
                throw new Damaged("it does not begin as an RDB file does");
            }
            boolean valkey = word.group(1) == null;
            return new Magic(valkey, Integer.parseInt(valkey ? word.group(2) : word.group(1)));
        }
    }

    /** The bytes are no whole RDB file; the message says why. */
    public static final class Damaged extends IOException {
        public Damaged(String message) {
            super(message);
        }
    }

    public static final int HEADER = 9;

    private static final int FOOTER = Long.BYTES;
    private static final int END_MARK = 0xff;

    private final OutputStream next;
    private final Crc64 crc = new Crc64();
    private final byte[] header = new byte[HEADER];
    private byte[] held = new byte[0];
    private int lastSummed = -1;
    private long bytes;

    public RdbCheck(OutputStream next) {
        this.next = next;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] piece, int from, int length) throws IOException {
        if (bytes < HEADER) {
            System.arraycopy(piece, from, header, (int) bytes, Math.min(length, HEADER - (int) bytes));
        }
        bytes += length;
        if (length >= FOOTER) {
            sum(held, 0, held.length);
            sum(piece, from, length - FOOTER);
            held = Arrays.copyOfRange(piece, from + length - FOOTER, from + length);
        } else {
            byte[] both = Arrays.copyOf(held, held.length + length);
            System.arraycopy(piece, from, both, held.length, length);
            int ready = Math.max(0, both.length - FOOTER);
            sum(both, 0, ready);
            held = Arrays.copyOfRange(both, ready, both.length);
        }
        next.write(piece, from, length);
    }

    /** The last eight bytes so far may be the sum itself, so they wait. */
    private void sum(byte[] piece, int from, int length) {
        if (length > 0) {
            crc.update(piece, from, length);
            lastSummed = piece[from + length - 1] & 0xff;
        }
    }

    @Override
    public void flush() throws IOException {
        next.flush();
    }

    @Override
    public void close() throws IOException {
        next.close();
    }

    public long bytes() {
        return bytes;
    }

    /** Call it when the last byte has passed. */
    public Facts finish() throws Damaged {
        int version = Magic.of(header).version();
        if (bytes <= HEADER + FOOTER || lastSummed != END_MARK) {
            throw new Damaged("it is cut off: after " + bytes + " bytes there is no end mark");
        }
        long told = ByteBuffer.wrap(held).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (told == 0) {
            return new Facts(version, bytes, Checksum.OFF);
        }
        if (told != crc.value()) {
            throw new Damaged("its checksum is " + Long.toHexString(told) + " and that of its content is "
                    + Long.toHexString(crc.value()));
        }
        return new Facts(version, bytes, Checksum.MATCHED);
    }
}
