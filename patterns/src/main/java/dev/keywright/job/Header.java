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
    private final Map<Character, String> parts = new HashMap<>();

    Header(byte[] id, byte[] stored) {
        this.id = id;
        String[] fields = new String(stored, ISO_8859_1).split(";", 7);
        this.run = Long.parseLong(fields[0]);
        this.attempts = Integer.parseInt(fields[1]);
        this.atMicros = Long.parseLong(fields[2]);
        this.most = Integer.parseInt(fields[3]);
        List<byte[]> texts = Texts.split(stored, stored.length - fields[6].length());
        for (int i = 0; i < texts.size(); i++) {
            parts.put(fields[5].charAt(i), new String(texts.get(i), UTF_8));
        }
    }

    String id() {
        return new String(id, UTF_8);
    }

    byte[] idBytes() {
        return id;
    }

    /** How often it was taken; no two takes of a job have the same. */
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
