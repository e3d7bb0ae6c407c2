package dev.keywright.ops.rdb;

import java.io.IOException;
import java.io.InputStream;

/** A file with a huge hash and a huge text, made while it is read; without a checksum. */
final class Giant extends InputStream {

    private static final byte[] FIELD =
            new RdbWriter("").strings("abcdefgh", "abcdefgh").bytes();
    private static final byte[] TEXT = new byte[1 << 16];

    private final byte[][] parts;
    private final long[] times;
    private int part;
    private int at;

    Giant(long fields, long textBytes) {
        byte[] begin = new RdbWriter("REDIS0011").key(4, "hash").length(fields).bytes();
        byte[] between = new RdbWriter("").key(0, "text").length(textBytes).bytes();
        byte[] rest = new byte[(int) (textBytes % TEXT.length)];
        byte[] end = new RdbWriter("").endUnsummed();
        parts = new byte[][] {begin, FIELD, between, TEXT, rest, end};
        times = new long[] {1, fields, 1, textBytes / TEXT.length, 1, 1};
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) {
        int done = 0;
        while (done < most && part < parts.length) {
            if (at == parts[part].length || times[part] == 0) {
                times[part]--;
                at = 0;
                part += times[part] <= 0 ? 1 : 0;
                continue;
            }
            int piece = Math.min(most - done, parts[part].length - at);
            System.arraycopy(parts[part], at, into, from + done, piece);
            at += piece;
            done += piece;
        }
        return done == 0 ? -1 : done;
    }
}
