package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a file that is no RDB file looks like, by its beginning. */
final class Foreign {

    private static final String COMMANDS = "it looks like an append-only file of commands as text; "
            + "BGREWRITEAOF under aof-use-rdb-preamble yes makes one that begins with an RDB";

    private static final Map<String, String> BEGINNINGS = beginnings();

    private static final int TAR_AT = 257;
    private static final byte[] TAR = {'u', 's', 't', 'a', 'r'};

    private static final int FEW_BYTES = 64;
    private static final int MOST_DIFFERENT = 256;

    private Foreign() {}

    private static Map<String, String> beginnings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("\u001f\u008b", "it is compressed (gzip); unpack it first");
        all.put("(\u00b5/\u00fd", "it is compressed (zstd); unpack it first");
        all.put("\u0004\"M\u0018", "it is compressed (LZ4); unpack it first");
        all.put("\u00fd7zXZ", "it is compressed (xz); unpack it first");
        all.put("BZh", "it is compressed (bzip2); unpack it first");
        all.put("PK\u0003\u0004", "it is a ZIP archive; unpack it first");
        all.put("Salted__", "it is encrypted (OpenSSL); decrypt it first");
        all.put("age-encryption.org", "it is encrypted (age); decrypt it first");
        all.put("-----BEGIN PGP", "it is encrypted (PGP); decrypt it first");
        all.put("file appendonly", "it is the list of an append-only file's parts; give the folder it lies in");
        all.put("*", COMMANDS);
        all.put("#TS:", COMMANDS);
        all.put("$", "it looks like what a master sends its replicas, recorded");
        all.put("{", "it looks like JSON");
        all.put("[", "it looks like JSON");
        return all;
    }

    static String looks(byte[] bytes, int from, int length) {
        String begin = new String(bytes, from, Math.min(length, FEW_BYTES), ISO_8859_1);
        for (Map.Entry<String, String> each : BEGINNINGS.entrySet()) {
            if (begin.startsWith(each.getKey())) {
                return each.getValue();
            }
        }
        return isArchive(bytes, from, length) ? "it is a tar archive; unpack it first" : kind(bytes, from, length);
    }

    private static boolean isArchive(byte[] bytes, int from, int length) {
        int end = TAR_AT + TAR.length;
        return length >= end && Arrays.equals(bytes, from + TAR_AT, from + end, TAR, 0, TAR.length);
    }

    private static String kind(byte[] bytes, int from, int length) {
        boolean[] seen = new boolean[MOST_DIFFERENT];
        int different = 0;
        int text = 0;
        for (int i = from; i < from + length; i++) {
            int value = bytes[i] & 0xff;
            different += seen[value] ? 0 : 1;
            seen[value] = true;
            text += value >= ' ' && value < 0x7f || value == '\n' || value == '\r' || value == '\t' ? 1 : 0;
        }
        if (different == 1 && seen[0]) {
            return "it begins with nothing but zeros, as files do that were never written to the disk";
        }
        if (text == length) {
            return "it looks like text";
        }
        // so many bytes of chance hold about this many different ones
        double expected = MOST_DIFFERENT * (1 - Math.exp(-length / (double) MOST_DIFFERENT));
        return length >= FEW_BYTES && different > 0.9 * expected
                ? "it looks encrypted, compressed or random"
                : "its beginning is of no kind that is known here";
    }
}
