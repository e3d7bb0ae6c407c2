package dev.keywright.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.codec.Codec;
import java.util.Arrays;
import java.util.Optional;

/** What stands in a list: {@code <attempt>;<id>;<format><payload>}. Another attempt has other bytes, so a late word on one before does not fit. */
final class Entry {

    private static final int MOST_DIGITS = 9;

    final byte[] bytes;
    final int attempt;
    final String id;
    final String key; // of this attempt and no other
    private final int payload;

    private Entry(byte[] bytes, int attempt, String key, String id, int payload) {
        this.bytes = bytes;
        this.attempt = attempt;
        this.key = key;
        this.id = id;
        this.payload = payload;
    }

    static byte[] first(String id, byte format, byte[] payload) {
        byte[] head = ("1;" + id + ';').getBytes(UTF_8);
        byte[] bytes = Arrays.copyOf(head, head.length + 1 + payload.length);
        bytes[head.length] = format;
        System.arraycopy(payload, 0, bytes, head.length + 1, payload.length);
        return bytes;
    }

    /** Bytes that no queue wrote are an entry without id, which cannot be decoded. */
    static Entry read(byte[] bytes) {
        int first = find(bytes, 0);
        int second = find(bytes, first + 1);
        if (first < 1 || first > MOST_DIGITS || second < 0 || second + 1 >= bytes.length) {
            return new Entry(bytes, 1, "", "", -1);
        }
        int attempt = 0;
        for (int i = 0; i < first; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return new Entry(bytes, 1, "", "", -1);
            }
            attempt = attempt * 10 + bytes[i] - '0';
        }
        String key = new String(bytes, 0, second, ISO_8859_1);
        return new Entry(bytes, attempt, key, key.substring(first + 1), second + 1);
    }

    private static int find(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == ';') {
                return i;
            }
        }
        return -1;
    }

    /** @throws IllegalArgumentException when it cannot be read */
    <T> T value(Codec<T> codec) {
        if (payload < 0) {
            throw new IllegalArgumentException("The entry was not written by a queue");
        }
        return codec.decode(bytes[payload], bytes, payload + 1, bytes.length - payload - 1);
    }

    byte[] next() {
        byte[] head = Integer.toString(attempt + 1).getBytes(UTF_8);
        int rest = find(bytes, 0);
        byte[] next = Arrays.copyOf(head, head.length + bytes.length - rest);
        System.arraycopy(bytes, rest, next, head.length, bytes.length - rest);
        return next;
    }

    byte[] dead(String cause) {
        byte[] head = cause(cause);
        byte[] dead = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, dead, head.length, bytes.length);
        return dead;
    }

    static byte[] cause(String cause) {
        byte[] text = cause.getBytes(UTF_8);
        byte[] length = (text.length + ":").getBytes(UTF_8);
        byte[] whole = Arrays.copyOf(length, length.length + text.length);
        System.arraycopy(text, 0, whole, length.length, text.length);
        return whole;
    }

    static <T> DeadLetter<T> letter(byte[] dead, Codec<T> codec) {
        int colon = 0;
        int length = 0;
        while (colon < MOST_DIGITS && colon < dead.length && dead[colon] >= '0' && dead[colon] <= '9') {
            length = length * 10 + dead[colon++] - '0';
        }
        if (colon == 0 || colon + 1 + length > dead.length || dead[colon] != ':') {
            return new DeadLetter<>("", 1, "It was not written by a queue", Optional.empty());
        }
        String cause = new String(dead, colon + 1, length, UTF_8);
        Entry entry = read(Arrays.copyOfRange(dead, colon + 1 + length, dead.length));
        return new DeadLetter<>(entry.id, entry.attempt, cause, decoded(entry, codec));
    }

    private static <T> Optional<T> decoded(Entry entry, Codec<T> codec) {
        try {
            return Optional.of(entry.value(codec));
        } catch (Throwable e) { // of the codec
            return Optional.empty();
        }
    }
}
