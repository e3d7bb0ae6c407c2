package dev.keywright.geo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Optional;

/**
 * What a {@link GeoIndex} is like. All processes of one name say the same.
 *
 * @param ttl how long a position counts after it was put, 1 s to 10 years; for ever when absent, and then the key has no TTL. It decides
 *     the names of the keys, so places that stay and things that move are never mixed
 * @param charset how members are written: UTF-8, or ISO-8859-1 where they are bytes and each letter stands for one
 * @param deadline within which every call is answered; the connection's timeout when absent
 */
public record GeoOptions(Optional<Duration> ttl, Charset charset, Optional<Duration> deadline) {

    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofDays(3_650);

    /** Places that stay, UTF-8. */
    public static final GeoOptions DEFAULTS = new GeoOptions(Optional.empty(), UTF_8, Optional.empty());

    public GeoOptions {
        if (ttl.isPresent() && (ttl.get().compareTo(LEAST) < 0 || ttl.get().compareTo(MOST) > 0)) {
            throw new IllegalArgumentException("ttl is " + ttl.get() + "; give " + LEAST + " to " + MOST);
        }
        if (!charset.equals(UTF_8) && !charset.equals(ISO_8859_1)) {
            throw new IllegalArgumentException("The charset is " + charset + "; give UTF-8 or ISO-8859-1");
        }
        if (deadline.isPresent()
                && (deadline.get().isNegative() || deadline.get().isZero())) {
            throw new IllegalArgumentException("deadline is " + deadline.get() + "; give more than zero");
        }
    }

    /** Things that move: a position that is not put again for so long does not count any more. */
    public GeoOptions withTtl(Duration ttl) {
        return new GeoOptions(Optional.of(ttl), charset, deadline);
    }

    public GeoOptions withCharset(Charset charset) {
        return new GeoOptions(ttl, charset, deadline);
    }

    public GeoOptions withDeadline(Duration deadline) {
        return new GeoOptions(ttl, charset, Optional.of(deadline));
    }
}
