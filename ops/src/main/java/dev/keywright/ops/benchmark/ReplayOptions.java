package dev.keywright.ops.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to play a recording.
 *
 * @param file what MONITOR printed
 * @param asRecorded keys keep their names, and what is there is changed; otherwise all go under a prefix and are removed
 * @param prefix instead of a random one
 * @param speed 1 as recorded, 2 twice as fast; absent: as fast as the server answers
 * @param connections at most so many; more recorded clients share them
 * @param timeout how long to wait for an answer
 */
public record ReplayOptions(
        Path file,
        boolean asRecorded,
        Optional<String> prefix,
        Optional<Double> speed,
        int connections,
        Duration timeout) {

    public ReplayOptions {
        if (speed.filter(times -> !(times > 0 && times <= 1e6)).isPresent()) {
            throw new IllegalArgumentException("the speed is not above 0; 1 is as recorded");
        }
        if (connections < 1 || connections > 2_000) {
            throw new IllegalArgumentException("connections are " + connections + "; give 1 to 2000");
        }
    }

    /** As fast as the server answers, under a random prefix. */
    public static ReplayOptions of(Path file) {
        return new ReplayOptions(file, false, Optional.empty(), Optional.empty(), 256, Duration.ofSeconds(5));
    }

    public ReplayOptions withSpeed(double newSpeed) {
        return new ReplayOptions(file, asRecorded, prefix, Optional.of(newSpeed), connections, timeout);
    }

    public ReplayOptions withKeysAsRecorded() {
        return new ReplayOptions(file, true, prefix, speed, connections, timeout);
    }
}
