package dev.keywright.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is stored of a job beside its value: {@code run;attempts;at;most;lead;flags;parts}, the parts with their length before them, one
 * for each flag: n type, k key, u unique, b batch it belongs to (x: it has ended there), w batch it waits for, s only when that went well.
 */
final class Header {

    private final byte[] id;
    private final long run;
    private final int attempts;
    private final long atMicros;
    private final int most;
    private final boolean readable;
    private final Map<Character, String> parts = new HashMap<>();

    Header(byte[] id, byte[] stored) {
        this.id = id;
        String[] fields = new String(stored, ISO_8859_1).split(";", 7);
        this.run = number(fields, 0);
        this.attempts = (int) number(fields, 1);
        this.atMicros = number(fields, 2);
        this.most = (int) number(fields, 3);
        this.readable = fields.length == 7 && readParts(fields[5], stored, stored.length - fields[6].length());
    }

    /** 0 where none is, as when somebody else has written it. */
    private static long number(String[] fields, int at) {
        return at < fields.length && fields[at].matches("\\d{1,18}") ? Long.parseLong(fields[at]) : 0;
    }

    private boolean readParts(String flags, byte[] stored, int from) {
        try {
            List<byte[]> texts = Texts.split(stored, from);
            for (int i = 0; i < Math.min(flags.length(), texts.size()); i++) {
                parts.put(flags.charAt(i), new String(texts.get(i), UTF_8));
            }
            return texts.size() == flags.length() && parts.containsKey('n');
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Whether it is as the scripts write it. */
    boolean isReadable() {
        return readable;
    }

    String id() {
        return new String(id, UTF_8);
    }

    byte[] idBytes() {
        return id;
    }

    /** When it was taken, in microseconds; no two takes of a job have the same. */
    long run() {
        return run;
    }

    int attempts() {
        return attempts;
    }

    int most() {
        return most;
    }

    Instant at() {
        return Instant.ofEpochSecond(atMicros / 1_000_000, atMicros % 1_000_000 * 1_000);
    }

    String type() {
        return parts.getOrDefault('n', "");
    }

    Optional<String> key() {
        return Optional.ofNullable(parts.get('k'));
    }
}
