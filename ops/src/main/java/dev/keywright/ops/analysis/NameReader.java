package dev.keywright.ops.analysis;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Takes the name of a key apart into levels and tells of each what it is. Levels end at {@code :}, {@code /}, {@code |} and the
 * braces of hash tags; a name without any of these is taken apart at dots, dashes and underscores. Ids that hold such signs, as
 * UUIDs, dates, addresses and base64 do, stay whole. What one name is read as depends on nothing but its bytes.
 *
 * <p>Nothing is made per name but for levels with ids inside of words. One thread; what was read holds until the next name.
 */
final class NameReader {

    /** Deeper levels are one. */
    static final int LEVELS = 16;

    /** Bytes of a name that are looked at; the rest is its last level. */
    private static final int SEEN_BYTES = 1_024;

    private static final int SHORTEST_BASE64 = 20;
    private static final int UUID_LENGTH = 36;
    private static final int DATE_LENGTH = 10;

    private static final long SEED = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final long WIDE_PRIME = 0x9e3779b97f4a7c15L;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] name = new byte[0];
    private int limit;
    private int levels;
    private int mask;
    private boolean binary;
    private long nameHash;
    private final long[] signHashes = new long[LEVELS];
    private final long[] hashes = new long[LEVELS];
    private final TokenKind[] kinds = new TokenKind[LEVELS];
    private final int[] signs = new int[LEVELS];
    private final int[] starts = new int[LEVELS];
    private final int[] ends = new int[LEVELS];
    private final byte[][] templates = new byte[LEVELS][];

    void read(byte[] bytes) {
        name = bytes;
        limit = Math.min(bytes.length, SEEN_BYTES);
        levels = 0;
        binary = false;
        nameHash = SEED ^ bytes.length;
        int all = 0;
        for (int i = 0; i < limit; i++) {
            all |= Token.CLASS[bytes[i] & 0xff];
        }
        mask = all;
        if ((all & Token.STRONG) != 0) {
            strong();
        } else if ((all & Token.WEAK) != 0) {
            weak();
        } else {
            level(0, 0, limit, all, hash(0, limit));
        }
        nameHash = mixed(nameHash);
    }

    int levels() {
        return levels;
    }

    TokenKind kind(int level) {
        return kinds[level];
    }

    /** Of the signs before a level and of what the level is. */
    long hash(int level) {
        return hashes[level];
    }

    /** The same had the level been of that kind. */
    long hashAs(int level, TokenKind kind) {
        return together(signHashes[level], kind);
    }

    /** Which bytes the name has; see {@link Token}. */
    int mask() {
        return mask;
    }

    /** Whether it has control characters, or bytes that are no UTF-8. */
    boolean isBinary() {
        return binary;
    }

    /** Of the whole name; as good as random. */
    long nameHash() {
        return nameHash;
    }

    /** The signs between the level before and this one. */
    byte[] sign(int level) {
        return shortened(signs[level], starts[level]);
    }

    boolean hasDigit(int level) {
        for (int i = starts[level]; i < ends[level]; i++) {
            if (Token.CLASS[name[i] & 0xff] == Token.DIGIT) {
                return true;
            }
        }
        return false;
    }

    /** The level as a pattern shows it. */
    byte[] text(int level) {
        if (kinds[level] == TokenKind.MIXED) {
            return templates[level];
        }
        return shortened(starts[level], ends[level]);
    }

    private byte[] shortened(int from, int to) {
        int most = 80;
        if (to - from <= most) {
            return Arrays.copyOfRange(name, from, to);
        }
        int end = from + most;
        while (end > from && (name[end] & 0xc0) == 0x80) {
            end--;
        }
        byte[] cut = Arrays.copyOfRange(name, from, end + 3);
        Arrays.fill(cut, end - from, cut.length, (byte) '.');
        return cut;
    }

    private void strong() {
        int i = 0;
        while (levels < LEVELS && !binary) {
            int sign = i;
            while (i < limit && (Token.CLASS[name[i] & 0xff] & Token.STRONG) != 0) {
                i++;
            }
            if (i > sign && name[i - 1] == '}') {
                while (i < limit && (Token.CLASS[name[i] & 0xff] & Token.WEAK) != 0) {
                    i++;
                }
            }
            int start = i;
            int seen = 0;
            while (i < limit) {
                int sort = Token.CLASS[name[i] & 0xff];
                if ((sort & Token.STRONG) != 0) {
                    int end = sort == Token.SLASH ? base64(start, i, seen) : i;
                    if (end == i) {
                        break;
                    }
                    i = end;
                    continue;
                }
                seen |= sort;
                i++;
            }
            level(sign, start, i, seen, hash(start, i));
            if (i >= limit) {
                return;
            }
        }
    }

    /** Where a level ends that has slashes because it is base64; else where it stands. */
    private int base64(int start, int slash, int seen) {
        if ((seen & ~(Token.LETTERS | Token.DIGIT | Token.BASE64)) != 0) {
            return slash;
        }
        int end = slash;
        int all = seen;
        while (end < limit
                && (Token.CLASS[name[end] & 0xff] & (Token.LETTERS | Token.DIGIT | Token.BASE64 | Token.SLASH)) != 0) {
            all |= Token.CLASS[name[end++] & 0xff];
        }
        boolean wide = (all & (Token.UP | Token.UP_HEX)) != 0
                && (all & (Token.LOW | Token.LOW_HEX)) != 0
                && (all & Token.DIGIT) != 0;
        return wide && end - start >= SHORTEST_BASE64 && Token.isRandom(name, start, end, all) ? end : slash;
    }

    private void weak() {
        TokenKind whole = Token.kind(name, 0, limit, mask);
        if (whole != TokenKind.WORD && whole != TokenKind.MIXED) {
            level(0, 0, limit, mask, hash(0, limit));
            return;
        }
        int i = 0;
        while (levels < LEVELS && !binary) {
            int sign = i;
            while (i < limit && (Token.CLASS[name[i] & 0xff] & Token.WEAK) != 0) {
                i++;
            }
            int start = i;
            int seen = 0;
            if (Token.isUuid(name, i, limit)) {
                i += UUID_LENGTH;
                add(TokenKind.UUID, sign, start, i, hash(start, i));
            } else if (limit - i >= DATE_LENGTH && Token.isDay(name, i)) {
                i += DATE_LENGTH;
                add(TokenKind.DATE, sign, start, i, hash(start, i));
            } else {
                while (i < limit && (Token.CLASS[name[i] & 0xff] & Token.WEAK) == 0) {
                    seen |= Token.CLASS[name[i++] & 0xff];
                }
                level(sign, start, i, seen, hash(start, i));
            }
            if (i >= limit) {
                return;
            }
        }
    }

    /** @param seen which bytes it has, slashes of base64 left out */
    private void level(int sign, int start, int end, int seen, long hash) {
        TokenKind kind = Token.kind(name, start, end, seen);
        if (kind == TokenKind.BINARY) {
            binary = true;
            add(kind, sign, start, limit, hash(start, limit));
            return;
        }
        if (kind == TokenKind.MIXED) {
            byte[] template = Token.template(name, start, end);
            if (template == null) {
                kind = TokenKind.WORD;
            } else {
                templates[levels] = template;
                nameHash = mixed(nameHash ^ hash);
                add(kind, sign, start, end, hash(template));
                return;
            }
        }
        add(kind, sign, start, end, hash);
    }

    private void add(TokenKind kind, int sign, int start, int end, long hash) {
        int level = levels;
        boolean last = level == LEVELS - 1 && end < limit;
        signHashes[level] = hash(sign, start);
        signs[level] = sign;
        starts[level] = start;
        ends[level] = end;
        kinds[level] = last ? TokenKind.ANY : kind;
        hashes[level] = kinds[level] == TokenKind.WORD || kinds[level] == TokenKind.MIXED
                ? mixed(signHashes[level] * PRIME ^ hash)
                : together(signHashes[level], kinds[level]);
        nameHash = mixed(nameHash ^ hash ^ (last ? hash(end, limit) : 0));
        levels++;
    }

    private static long together(long signHash, TokenKind kind) {
        return mixed(signHash * PRIME + kind.salt());
    }

    private long hash(int from, int to) {
        return hash(name, from, to);
    }

    static long hash(byte[] bytes) {
        return hash(bytes, 0, bytes.length);
    }

    private static long hash(byte[] bytes, int from, int to) {
        long hash = SEED;
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            hash = (hash ^ (long) EIGHT.get(bytes, i)) * WIDE_PRIME;
            hash ^= hash >>> 32;
        }
        for (; i < to; i++) {
            hash = (hash ^ bytes[i]) * PRIME;
        }
        return hash;
    }

    /** The hash of a word or mixed level under those signs. */
    static long hash(byte[] sign, byte[] text) {
        return mixed(hash(sign) * PRIME ^ hash(text));
    }

    static long hash(byte[] sign, TokenKind kind) {
        return together(hash(sign), kind);
    }

    static long mixed(long hash) {
        long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
