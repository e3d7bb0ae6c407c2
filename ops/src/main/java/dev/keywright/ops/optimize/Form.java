package dev.keywright.ops.optimize;

import dev.keywright.ops.rdb.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What a value that is not compact looks like, read off its payload without decoding it.
 *
 * @param elements fields, members; nodes of a list
 * @param longestBytes the longest field, value or member; of a list, all its nodes
 * @param bytes of all of them; of a list, what its inner nodes would lose by compression
 */
record Form(Kind kind, long elements, long longestBytes, long bytes) {

    /** Values that limits make compact or not. */
    enum Kind {
        HASH,
        /** A set of integers alone. */
        INTEGERS,
        SET,
        SORTED_SET,
        LIST
    }

    private static final int SET = 2;
    private static final int HASH = 4;
    private static final int SORTED_SET = 5;
    private static final int QUICKLIST = 18;
    /** Of Valkey a hash that is never compact. */
    private static final int HASH_TTL_FIRST = 22;

    private static final int HASH_TTL = 24;
    /** Version of a payload, before its checksum. */
    private static final int FROM_END = 10;

    private static final int FIRST_OF_VALKEY = 80;
    private static final int LONGEST_INTEGER = 20;

    private static final int LZF = 3;

    /** Null when the value is compact already, or no limit matters to it. */
    static @Nullable Form of(Entry entry) {
        return switch (entry.payload()[0]) {
            case HASH -> new Reading(entry.payload()).hash();
            case HASH_TTL_FIRST, HASH_TTL ->
                isValkey(entry.payload()) ? null : new Reading(entry.payload()).timedHash();
            case SET -> new Reading(entry.payload()).set();
            case SORTED_SET -> new Reading(entry.payload()).sortedSet();
            case QUICKLIST -> new Reading(entry.payload()).list();
            default -> null;
        };
    }

    private static boolean isValkey(byte[] payload) {
        return (payload[payload.length - FROM_END] & 0xff) >= FIRST_OF_VALKEY;
    }

    private static final class Reading {

        private final byte[] payload;
        private int at = 1;
        private long longest;
        private long bytes;
        private boolean integers = true;
        /** Of the last string, as it lies in the file. */
        private long stored;

        private Reading(byte[] payload) {
            this.payload = payload;
        }

        Form hash() {
            long fields = length();
            for (long i = 0; i < 2 * fields; i++) {
                element();
            }
            return new Form(Kind.HASH, fields, longest, bytes);
        }

        /** Each field has a TTL in front, which is 0 for none. */
        Form timedHash() {
            at += payload[0] == HASH_TTL ? Long.BYTES : 0; // the earliest of all
            long fields = length();
            for (long i = 0; i < fields; i++) {
                length();
                element();
                element();
            }
            return new Form(Kind.HASH, fields, longest, bytes);
        }

        Form set() {
            long members = length();
            for (long i = 0; i < members; i++) {
                element();
            }
            return new Form(integers ? Kind.INTEGERS : Kind.SET, members, longest, bytes);
        }

        Form sortedSet() {
            long members = length();
            for (long i = 0; i < members; i++) {
                element();
                at += Double.BYTES;
            }
            return new Form(Kind.SORTED_SET, members, longest, bytes);
        }

        /** The two nodes at the ends stay as they are. */
        Form list() {
            long nodes = length();
            long gain = 0;
            long all = 0;
            for (long i = 0; i < nodes; i++) {
                length();
                long plain = string();
                all += plain;
                if (i > 0 && i < nodes - 1) {
                    gain += Math.max(0, plain - stored);
                }
            }
            return new Form(Kind.LIST, nodes, all, gain);
        }

        private void element() {
            int from = at;
            long length = string();
            longest = Math.max(longest, length);
            bytes += length;
            integers = integers && isInteger(from, length);
        }

        private boolean isInteger(int from, long length) {
            if ((payload[from] & 0xff) >>> 6 == 3) { // an encoded one
                return (payload[from] & 0x3f) != LZF;
            }
            if (length == 0 || length > LONGEST_INTEGER) {
                return false;
            }
            int digits = at - (int) length;
            int first = payload[digits] == '-' ? digits + 1 : digits;
            boolean zero = first < at && payload[first] == '0' && length > 1;
            for (int i = first; i < at; i++) {
                if (payload[i] < '0' || payload[i] > '9') {
                    return false;
                }
            }
            return first < at && !zero;
        }

        /** Passes over one and tells its length when decoded; an integer's as text. */
        private long string() {
            int first = payload[at] & 0xff;
            if (first >>> 6 != 3) {
                stored = length();
                at += (int) stored;
                return stored;
            }
            at++;
            int code = first & 0x3f;
            if (code != LZF) {
                stored = 1L << code;
                long value = little((int) stored);
                at += (int) stored;
                return Long.toString(value).length();
            }
            long packed = length();
            long plain = length();
            at += (int) packed;
            stored = packed;
            return plain;
        }

        private long little(int count) {
            long value = count == 1 ? payload[at] : 0;
            if (count == 2) {
                value = (short) (payload[at] & 0xff | payload[at + 1] << 8);
            } else if (count == 4) {
                value = payload[at] & 0xff
                        | (payload[at + 1] & 0xff) << 8
                        | (payload[at + 2] & 0xff) << 16
                        | payload[at + 3] << 24;
            }
            return value;
        }

        private long length() {
            int first = payload[at++] & 0xff;
            return switch (first >>> 6) {
                case 0 -> first;
                case 1 -> (first & 0x3f) << 8 | payload[at++] & 0xff;
                default -> big(first == 0x80 ? 4 : 8);
            };
        }

        private long big(int count) {
            long value = 0;
            for (int i = 0; i < count; i++) {
                value = value << 8 | payload[at++] & 0xff;
            }
            return value;
        }
    }
}
