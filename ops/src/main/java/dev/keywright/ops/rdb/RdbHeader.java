package dev.keywright.ops.rdb;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a file says of itself before its first key.
 *
 * @param valkey whether it begins with VALKEY: Valkey 9 or newer
 * @param version of the format
 * @param fileBytes how long the file is; -1 when it is read from a stream
 * @param auxiliary what the server wrote down, by name, in the file's order
 */
public record RdbHeader(boolean valkey, int version, long fileBytes, Map<String, String> auxiliary) {

    /** The year 10000, in seconds. */
    private static final long END_OF_TIMES = 253_402_300_800L;

    /** Of the server that wrote it. */
    public Optional<String> serverVersion() {
        return Optional.ofNullable(auxiliary.getOrDefault("valkey-ver", auxiliary.get("redis-ver")));
    }

    /** {@code used_memory} of that server when it began to write. */
    public OptionalLong usedMemoryBytes() {
        return number("used-mem");
    }

    /** None, too, when the file tells a time before 1970 or after the year 9999. */
    public Optional<Instant> created() {
        OptionalLong seconds = number("ctime");
        return seconds.isPresent() && seconds.getAsLong() >= 0 && seconds.getAsLong() < END_OF_TIMES
                ? Optional.of(Instant.ofEpochSecond(seconds.getAsLong()))
                : Optional.empty();
    }

    private OptionalLong number(String name) {
        try {
            return OptionalLong.of(Long.parseLong(auxiliary.getOrDefault(name, "")));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
