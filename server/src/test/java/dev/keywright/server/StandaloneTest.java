package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StandaloneTest {

    @Test
    void answersAsSoonAsStartReturns() {
        try (Standalone redis = Standalone.start()) {
            assertThat(redis.command("PING")).isEqualTo("PONG");
            assertThat(redis.uri()).isEqualTo("redis://127.0.0.1:" + redis.port());
            assertThat(redis.info("redis_version")).startsWith("7.");
            assertThat(redis.info("no_such_field")).isEmpty();
        }
    }

    @Test
    void startsInWellUnderHalfASecond() {
        long[] millis = IntStream.range(0, 9)
                .mapToLong(i -> {
                    long before = System.nanoTime();
                    try (Standalone redis = Standalone.start()) {
                        redis.command("PING");
                        return (System.nanoTime() - before) / 1_000_000;
                    }
                })
                .sorted()
                .toArray();

        assertThat(millis[4]).as("median of %s ms", Arrays.toString(millis)).isLessThan(250);
    }
}
