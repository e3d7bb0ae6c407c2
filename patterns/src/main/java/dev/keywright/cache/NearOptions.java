package dev.keywright.cache;

import dev.keywright.KeywrightException;
import java.time.Duration;

/**
 * How many copies of values a process keeps in its own memory, and for how long. Needs Caffeine 3 on the class path.
 *
 * @param maxEntries at most so many
 * @param maxBytes at most so many bytes of encoded values; each entry counts for {@code maxBytes / maxEntries} at least, so that one
 *     bound serves both
 * @param mode how the server is made to tell of changes
 * @param maxAge no copy is used for longer, even one whose value lives on in Redis
 */
public record NearOptions(int maxEntries, long maxBytes, Mode mode, Duration maxAge) {

    /** Whose changes the server tells. */
    public enum Mode {
        /** Those of keys that were read here. The server remembers them, some 100 bytes each. */
        OPT_IN,
        /** Those of all keys of the cache. The server remembers nothing; every write of anybody is told to everybody. */
        BROADCAST
    }

    /** 10,000 entries of at most 64 MiB together, for 10 minutes. */
    public static final NearOptions DEFAULTS = new NearOptions(10_000, 64L << 20, Mode.OPT_IN, Duration.ofMinutes(10));

    public NearOptions {
        if (maxEntries < 1) {
            throw new KeywrightException.Misused("maxEntries is " + maxEntries + "; give 1 or more");
        }
        if (maxBytes < maxEntries) {
            throw new KeywrightException.Misused(
                    "maxBytes is " + maxBytes + "; give 1 or more for each of " + maxEntries + " entries");
        }
        if (maxAge.compareTo(Duration.ofMillis(100)) < 0) {
            throw new KeywrightException.Misused("maxAge is " + maxAge.toMillis() + " ms; give 100 ms or more");
        }
    }

    public NearOptions withMaxEntries(int maxEntries) {
        return new NearOptions(maxEntries, maxBytes, mode, maxAge);
    }

    public NearOptions withMaxBytes(long maxBytes) {
        return new NearOptions(maxEntries, maxBytes, mode, maxAge);
    }

    public NearOptions withMode(Mode mode) {
        return new NearOptions(maxEntries, maxBytes, mode, maxAge);
    }

    public NearOptions withMaxAge(Duration maxAge) {
        return new NearOptions(maxEntries, maxBytes, mode, maxAge);
    }
}
