package dev.keywright.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who asks for the master while a connection is closed, and which Sentinels are asked. */
class WatchTest {

    @Test
    void whoStillWaitsWhenItIsClosedIsTold() throws Exception {
        Plant plant = new Plant(RedisUri.parse("redis://127.0.0.1:1"), ConnectionOptions.DEFAULTS);
        CountDownLatch looked = new CountDownLatch(1);
        Watch watch = new Watch(plant, () -> {
            looked.countDown();
            throw new IllegalStateException("nobody knows");
        });
        try {
            CompletableFuture<Endpoint> during = watch.next();
            assertThat(looked.await(60, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Endpoint> queued = watch.next();
            watch.close();
            for (CompletableFuture<Endpoint> waiting : List.of(during, queued, watch.next())) {
                assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
            }
        } finally {
            watch.close();
            plant.close();
        }
    }

    @Test
    void aSentinelThatIsNamedNoMoreLeavesUnlessTheUriNamesIt() {
        assertThat(Sentinels.known(endpoints("a", "b"), endpoints("c", "a", "b", "d"), endpoints("a", "e")))
                .containsExactlyElementsOf(endpoints("c", "a", "b", "e"));
    }

    private static List<Endpoint> endpoints(String... hosts) {
        return Stream.of(hosts).map(host -> new Endpoint(host, 26379)).toList();
    }
}
