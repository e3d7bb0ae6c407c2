package dev.keywright.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Lost answers, workers that are killed, servers that are frozen, restarted, failed over, emptied. */
@WithRedis
class StreamFailureTest {

    private static final StreamOptions BRIEF = StreamOptions.DEFAULTS.withDeadline(Duration.ofMillis(500));
    private static final WorkerOptions QUICK =
            WorkerOptions.DEFAULTS.withIdle(Duration.ofSeconds(1)).withAttempts(20, Duration.ofMillis(20));

    private static EventStream<String> orders(Keywright kw) {
        return kw.stream("orders", Codecs.string(), BRIEF);
    }

    private static void awaitAll(Collection<String> handled, int count) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(handled).hasSize(count));
    }

    private static void appendSurely(EventStream<String> orders, int from, int to) {
        for (int i = from; i < to; i++) {
            Message<String> message = Message.of("e" + i).withId("e" + i);
            await().pollDelay(Duration.ZERO)
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(KeywrightException.Unavailable.class)
                    .until(() -> orders.append(message) != null);
        }
    }

    @Test
    void x1_aMessageWhoseAnswerIsLostIsAppendedOnceOrItsOutcomeIsToldUnknown(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri())) {
            EventStream<String> orders =
                    kw.stream("orders", Codecs.string(), BRIEF.withDeadline(Duration.ofSeconds(10)));
            proxy.cutAfterNextRequest("EVALSHA");
            EventId id = orders.append(Message.of("a").withId("1"));
            assertThat(orders.append(Message.of("a").withId("1"))).isEqualTo(id);
            proxy.cutAfterNextRequest("XADD");
            assertThatThrownBy(() -> orders.append("b"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isTrue());
            assertThat(orders.length()).isEqualTo(2);
            assertThat(proxy.cuts()).isEqualTo(2);
        }
    }

    @Test
    void s1_whatAKilledProcessHadIsHandledByAnother(Standalone redis) throws IOException, InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            EventStream<String> stream = StreamChild.stream(kw);
            for (int i = 0; i < 10; i++) {
                stream.append("e" + i);
            }
            Process process = StreamChild.start(redis.uri(), "hang", 0, 0);
            try {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> process.getInputStream().available() > 0
                                && stream.group(StreamChild.GROUP)
                                        .filter(group -> group.pending() == 10)
                                        .isPresent());
            } finally {
                process.destroyForcibly().waitFor();
            }
            Collection<String> handled = ConcurrentHashMap.newKeySet();
            try (StreamWorker<String> worker =
                    stream.work(StreamChild.GROUP, StreamChild.OPTIONS, event -> handled.add(event.value()))) {
                awaitAll(handled, 10);
                assertThat(worker.stats().claimed()).isEqualTo(10);
            }
        }
    }

    @Test
    void aBrokenConnectionAndFlushedScriptsLoseNothing(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            Collection<String> handled = ConcurrentHashMap.newKeySet();
            try (StreamWorker<String> worker = orders(kw).work("billing", QUICK, event -> handled.add(event.value()))) {
                for (int round = 0; round < 5; round++) {
                    appendSurely(orders(direct), round * 20, round * 20 + 10);
                    proxy.cutAfterNextRequest(round % 2 == 0 ? "XREADGROUP" : "XACK");
                    appendSurely(orders(direct), round * 20 + 10, round * 20 + 20);
                    redis.command("SCRIPT", "FLUSH");
                    redis.command("CLIENT", "KILL", "TYPE", "normal");
                }
                awaitAll(handled, 100);
                await().atMost(Duration.ofSeconds(20))
                        .ignoreExceptions()
                        .until(() ->
                                orders(direct).group("billing").orElseThrow().pending() == 0);
                assertThat(worker.stats().dead()).isZero();
            }
        }
    }

    @Test
    void aFrozenServerIsWaitedForAndAHandlerThatIsBusyFinishes(Standalone redis) throws InterruptedException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Collection<String> handled = new ConcurrentLinkedQueue<>();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            WorkerOptions patient = QUICK.withIdle(Duration.ofSeconds(20));
            try (StreamWorker<String> worker = orders(kw).work("billing", patient, event -> {
                begun.countDown();
                boolean unused = go.await(20, TimeUnit.SECONDS);
                handled.add(event.value());
            })) {
                appendSurely(orders(kw), 0, 1);
                assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
                redis.freeze();
                go.countDown();
                await().until(() -> worker.stats().handled() == 1);
                assertThatThrownBy(() -> orders(kw).append("x")).isInstanceOf(KeywrightException.Unavailable.class);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> worker.stats().problem().isPresent());
                redis.thaw();
                appendSurely(orders(kw), 1, 5);
                await().atMost(Duration.ofSeconds(20)).until(() -> handled.contains("e4"));
                assertThat(handled)
                        .as("acknowledged before anything could be taken again")
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void aStreamThatIsDeletedUnderItsWorkerBeginsAnewWithItsFirstEvent(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Collection<String> handled = ConcurrentHashMap.newKeySet();
            try (StreamWorker<String> worker =
                    orders(kw).work("billing", QUICK.withStartsAtEnd(), event -> handled.add(event.value()))) {
                appendSurely(orders(kw), 0, 5);
                awaitAll(handled, 5);
                redis.command("FLUSHALL");
                appendSurely(orders(kw), 5, 10);
                awaitAll(handled, 10);
                assertThat(worker.consumer()).isNotEmpty();
            }
        }
    }

    @Test
    void aGroupThatIsRemovedUnderItsWorkersIsMadeAnewAndMissesNothing(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Collection<String> handled = new ConcurrentLinkedQueue<>();
            try (StreamWorker<String> one = orders(kw).work("billing", QUICK, event -> handled.add(event.value()));
                    StreamWorker<String> two = orders(kw).work("billing", QUICK, event -> handled.add(event.value()))) {
                appendSurely(orders(kw), 0, 5);
                awaitAll(handled, 5);
                assertThat(orders(kw).removeGroup("billing")).isTrue();
                appendSurely(orders(kw), 5, 10);
                awaitAll(handled, 15);
                assertThat(handled).contains("e5", "e6", "e7", "e8", "e9");
                assertThat(one.stats().dead() + two.stats().dead()).isZero();
            }
        }
    }

    @Test
    void aRestartedServerWithItsFileLosesNothing() {
        try (Standalone redis = Standalone.start(ServerOptions.DEFAULTS
                        .withDirective("appendonly", "yes")
                        .withDirective("appendfsync", "always"));
                Keywright kw = Keywright.connect(redis.uri())) {
            Collection<String> handled = ConcurrentHashMap.newKeySet();
            try (StreamWorker<String> worker = orders(kw).work("billing", QUICK, event -> handled.add(event.value()))) {
                appendSurely(orders(kw), 0, 20);
                redis.kill();
                redis.restart();
                appendSurely(orders(kw), 20, 40);
                awaitAll(handled, 40);
                assertThat(worker.stats().dead()).isZero();
            }
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void afterAFailoverTheWorkerGoesOnWithTheNewMaster(Sentinel redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            Collection<String> handled = ConcurrentHashMap.newKeySet();
            try (StreamWorker<String> worker = orders(kw).work("billing", QUICK, event -> handled.add(event.value()))) {
                appendSurely(orders(kw), 0, 10);
                awaitAll(handled, 10);
                redis.failover();
                appendSurely(orders(kw), 10, 20);
                await().atMost(Duration.ofSeconds(30)).until(() -> handled.contains("e19"));
                assertThat(worker.stats().dead()).isZero();
            }
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("keywright-stream"))
                .collect(Collectors.toSet());
    }

    @Test
    void workersEndWithTheConnectionAndWhatTheyHadIsHandledByOthers(Standalone redis) throws InterruptedException {
        Set<Thread> before = threads();
        Collection<String> handled = ConcurrentHashMap.newKeySet();
        Keywright closed = Keywright.connect(redis.uri());
        EventStream<String> orders = orders(closed);
        PartitionedStream<String> parts = closed.partitionedStream("parts", 2, Codecs.string());
        appendSurely(orders, 0, 100);
        CountDownLatch hangs = new CountDownLatch(1);
        StreamWorker<String> worker = orders.work("g", QUICK, event -> {
            if (handled.size() > 5) {
                hangs.countDown();
                new CountDownLatch(1).await(); // until it is told to end
            }
            handled.add(event.value());
        });
        PartitionedWorker<String> shared = parts.work("g", QUICK, event -> handled.add(event.value()));
        assertThat(hangs.await(20, TimeUnit.SECONDS)).isTrue();

        closed.close(); // under them
        await().atMost(Duration.ofSeconds(20)).until(() -> before.containsAll(threads()));
        worker.close();
        shared.close();
        try (Keywright kw = Keywright.connect(redis.uri());
                StreamWorker<String> other = orders(kw).work("g", QUICK, event -> handled.add(event.value()))) {
            awaitAll(handled, 100);
            assertThat(other.stats().problem()).isEmpty();
        }
    }

    @Test
    void theCheckNamesAServerThatWouldLoseOrEvictEvents(Standalone redis) {
        redis.command("CONFIG", "SET", "appendonly", "no");
        redis.command("CONFIG", "SET", "maxmemory", "1gb");
        redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThat(kw.check()).noneMatch(problem -> problem.what().contains("append-only"));
            assertThat(orders(kw)).isNotNull();
            assertThat(kw.check())
                    .anySatisfy(problem -> {
                        assertThat(problem.what()).contains("append-only");
                        assertThat(problem.fix()).contains("appendonly yes");
                    })
                    .anySatisfy(problem -> assertThat(problem.what()).contains("allkeys-lru"));
            redis.command("CONFIG", "SET", "appendonly", "yes");
            redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
            assertThat(kw.check())
                    .noneMatch(problem -> problem.what().contains("append-only")
                            || problem.what().contains("evicts"));
        } finally {
            redis.command("CONFIG", "SET", "appendonly", "no");
            redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }
}
