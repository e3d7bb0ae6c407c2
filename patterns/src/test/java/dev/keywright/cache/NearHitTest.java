package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a hit costs, and what is said where there can be none. */
class NearHitTest {

    @Test
    @WithRedis
    void aHitAllocatesNothing(Standalone redis) {
        try (Connection connection = Connection.open(redis.uri());
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "")) {
            redis.command("SET", "hit", "v");
            NearTest.keep(reader, "hit", "v");
            int calls = 100_000;
            hits(reader, calls);
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            int found = hits(reader, calls);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(found).isEqualTo(calls);
            assertThat(allocated).as("bytes for %s hits", calls).isLessThan(calls / 10);
        }
    }

    private static int hits(NearReader reader, int calls) {
        int found = 0;
        for (int i = 0; i < calls; i++) {
            if (reader.near.getIfPresent("hit") != null) {
                found++;
            }
        }
        return found;
    }

    /** Wants a near cache; loaded again where there is no Caffeine. */
    public static final class Probe implements Runnable {
        @Override
        public void run() {
            Near.of(NearOptions.DEFAULTS).close();
        }
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        URL[] ours = Stream.of(Near.class, Probe.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
        try (URLClassLoader without = new URLClassLoader(ours, ClassLoader.getPlatformClassLoader())) {
            Runnable probe = (Runnable) without.loadClass(Probe.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertThatThrownBy(probe::run)
                    .hasToString(KeywrightException.Misused.class.getName()
                            + ": A near cache needs Caffeine, which is not on the class path."
                            + " Add com.github.ben-manes.caffeine:caffeine, version 3.");
        }
    }

    @Test
    void boundsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> NearOptions.DEFAULTS.withMaxEntries(0))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("maxEntries is 0");
        assertThatThrownBy(() -> NearOptions.DEFAULTS.withMaxBytes(9_999))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("maxBytes is 9999");
        assertThatThrownBy(() -> NearOptions.DEFAULTS.withMaxAge(Duration.ofMillis(99)))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("maxAge is 99 ms");
    }
}
