package dev.keywright.ops.rdb;

/** The compression of strings in RDB files: runs of plain bytes, and references to what came before. */
final class Lzf {

    /** No byte stands for more. */
    static final long MOST_GROWTH = 88;

    private static final int PLAIN_RUN = 32;
    private static final int LONG_REFERENCE = 7;

    private Lzf() {}

    /**
     * Unpacks from the start until so many bytes have come.
     *
     * @param end of what is packed
     * @param wanted bytes; {@code to} has room for them
     * @return how many came; fewer than wanted when it ends or makes no sense
     */
    static int unpack(byte[] packed, int from, int end, byte[] to, int wanted) {
        int at = from;
        int done = 0;
        while (at < end && done < wanted) {
            int code = packed[at++] & 0xff;
            if (code < PLAIN_RUN) {
                int run = Math.min(code + 1, wanted - done);
                if (run > end - at) {
                    return done;
                }
                System.arraycopy(packed, at, to, done, run);
                at += code + 1;
                done += run;
                continue;
            }
            int length = code >>> 5;
            if (end - at < (length == LONG_REFERENCE ? 2 : 1)) {
                return done;
            }
            if (length == LONG_REFERENCE) {
                length += packed[at++] & 0xff;
            }
            int source = done - ((code & 31) << 8 | packed[at++] & 0xff) - 1;
            if (source < 0) {
                return done;
            }
            int stop = Math.min(done + length + 2, wanted);
            while (done < stop) {
                to[done++] = to[source++];
            }
        }
        return done;
    }
}
