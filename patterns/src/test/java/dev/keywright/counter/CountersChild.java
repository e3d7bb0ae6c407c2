package dev.keywright.counter;

import dev.keywright.Keywright;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A process that counts until it is killed. It says what it will have counted before it counts it ({@code b7}), and what it knows to be
 * written ({@code w7}).
 */
final class CountersChild {

    private CountersChild() {}

    /** Arguments: URI. */
    public static void main(String[] arguments) throws IOException {
        Instant noon = Instant.parse("2098-01-31T12:00:00Z");
        CounterOptions options = CounterOptions.DEFAULTS.withFlushEvery(Duration.ofMillis(10));
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        try (Keywright kw = Keywright.connect(arguments[0])) {
            EventCounters counters = kw.counters("a", options);
            long counted = 0;
            while (true) {
                say(out, 'b', counted + 1_000);
                for (int i = 0; i < 1_000; i++) {
                    counters.count("x", 1, noon, Map.of());
                    counted++;
                }
                if (counted % 7_000 == 0) {
                    counters.flush();
                    say(out, 'w', counted);
                }
            }
        }
    }

    private static void say(FileOutputStream out, char what, long number) throws IOException {
        out.write((what + Long.toString(number) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
