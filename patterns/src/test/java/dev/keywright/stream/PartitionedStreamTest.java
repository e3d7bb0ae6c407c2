package dev.keywright.stream;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.STANDALONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Parts shared among workers, and the order of keys while they are shared anew. */
@WithRedis({STANDALONE, CLUSTER})
class PartitionedStreamTest {

    private static final int PARTS = 5;
    private static final WorkerOptions BRIEF = WorkerOptions.DEFAULTS.withIdle(Duration.ofSeconds(2));
    private static final Duration LONG = Duration.ofSeconds(40);

    private final Map<String, Collection<Integer>> seen = new ConcurrentHashMap<>();

    private PartitionedStream<Integer> orders(Keywright kw) {
        return kw.partitionedStream("orders", PARTS, Codecs.json(Integer.class));
    }

    private void see(Event<Integer> event) {
        seen.computeIfAbsent(event.key().orElseThrow(), any -> new ConcurrentLinkedQueue<>())
                .add(event.value());
    }

    private static void append(PartitionedStream<Integer> orders, int from, int to) {
        for (int i = from; i < to; i++) {
            orders.append(Message.of(i).withKey("k" + i % 10));
        }
    }

    private int count() {
        return seen.values().stream().mapToInt(Collection::size).sum();
    }

    @Test
    void s8_workersShareThePartsAnewAndEachKeyKeepsItsOrder(Redis redis) {
        try (Keywright one = Keywright.connect(redis.uri());
                Keywright two = Keywright.connect(redis.uri())) {
            append(orders(one), 0, 100);
            try (PartitionedWorker<Integer> first = orders(one).work("billing", this::see)) {
                await().atMost(LONG).until(() -> first.parts().size() == PARTS && count() == 100);
                try (PartitionedWorker<Integer> second = orders(two).work("billing", this::see)) {
                    append(orders(one), 100, 200);
                    await().atMost(LONG)
                            .until(() -> List.of(2, 3).contains(second.parts().size())
                                    && first.parts().size() + second.parts().size() == PARTS);
                    assertThat(first.parts()).doesNotContainAnyElementsOf(second.parts());
                    append(orders(one), 200, 300);
                    await().atMost(LONG).until(() -> count() == 300);
                }
                append(orders(one), 300, 400);
                await().atMost(LONG).until(() -> first.parts().size() == PARTS && count() == 400);
            }
        }
        assertThat(seen)
                .hasSize(10)
                .allSatisfy((key, numbers) ->
                        assertThat(List.copyOf(numbers)).isSorted().hasSize(40));
    }

    @Test
    void whenAProcessIsGoneItsPartsGoToOthersAfterTheirLease(Redis redis) {
        try (Keywright one = Keywright.connect(redis.uri())) {
            Keywright two = Keywright.connect(redis.uri());
            PartitionedWorker<Integer> gone = orders(two).work("billing", BRIEF, this::see);
            await().atMost(LONG).until(() -> gone.parts().size() == PARTS);
            two.close(); // gives nothing back, as one that was killed
            append(orders(one), 0, 50);
            try (PartitionedWorker<Integer> heir = orders(one).work("billing", BRIEF, this::see)) {
                await().atMost(LONG).until(() -> heir.parts().size() == PARTS && count() == 50);
            }
            gone.close();
        }
    }

    @Test
    void aCloseGivesTheHandlersOfAllPartsTheSameGrace(Redis redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            append(orders(kw), 0, 10);
            long busy = IntStream.range(0, 10)
                    .map(i -> orders(kw).partOf("k" + i))
                    .distinct()
                    .count();
            assertThat(busy).isGreaterThan(3);
            CountDownLatch begun = new CountDownLatch((int) busy);
            CountDownLatch never = new CountDownLatch(1);
            PartitionedWorker<Integer> worker = orders(kw)
                    .work("billing", WorkerOptions.DEFAULTS.withThreads(1).withGrace(Duration.ofSeconds(2)), event -> {
                        begun.countDown();
                        never.await();
                    });
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            long start = System.nanoTime();
            worker.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
            assertThat(worker.parts()).isEmpty();
        }
    }

    @Test
    void aKeyIsAlwaysInTheSamePart(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            PartitionedStream<Integer> orders = orders(kw);
            assertThat(orders.partOf("k1")).isEqualTo(orders.partOf("k1")).isBetween(0, PARTS - 1);
            EventId id = orders.append(Message.of(1).withId("request 1"));
            assertThat(orders.append(Message.of(1).withId("request 1"))).isEqualTo(id);
            assertThat(orders.part(orders.partOf("request 1")).length()).isEqualTo(1);
            assertThat(orders.parts()).isEqualTo(PARTS);
            assertThatThrownBy(() -> kw.partitionedStream("orders", 0, Codecs.string()))
                    .hasMessageContaining("give 1 to 1024");
        }
    }
}
