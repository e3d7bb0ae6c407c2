package dev.keywright.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many candidates at once: never two leaders, and everyone gets its turn. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class ElectionRaceTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** What only one may do at a time, and only with a higher number than before. */
    private static final class Office {

        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicLong last = new AtomicLong();
        private final AtomicInteger terms = new AtomicInteger();
        private final List<String> wrong = new CopyOnWriteArrayList<>();

        void lead(Term term) {
            if (inside.getAndIncrement() != 0) {
                wrong.add("two at " + term);
            }
            if (last.getAndSet(term.number()) >= term.number()) {
                wrong.add("not higher: " + term);
            }
            terms.incrementAndGet();
            inside.getAndDecrement();
        }
    }

    @Test
    void fiftyCandidatesLeadOneAfterTheOther(Redis redis) {
        List<Keywright> processes =
                List.of(Keywright.connect(redis.uri()), Keywright.connect(redis.uri()), Keywright.connect(redis.uri()));
        try {
            Office office = new Office();
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                LeaderElection election = processes.get(i % 3).election("a");
                all.add(election.campaignAsync(LONG)
                        .thenAccept(given -> {
                            office.lead(given.orElseThrow());
                            given.orElseThrow().close();
                        })
                        .toCompletableFuture());
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
            assertThat(office.wrong).isEmpty();
            assertThat(office.terms).hasValue(50);
        } finally {
            processes.forEach(Keywright::close);
        }
    }

    @Test
    void listenersTakeTurnsAndFailuresGiveWay(Redis redis) {
        List<Keywright> processes =
                List.of(Keywright.connect(redis.uri()), Keywright.connect(redis.uri()), Keywright.connect(redis.uri()));
        List<Candidacy> candidacies = new ArrayList<>();
        try {
            Office office = new Office();
            Map<Integer, Integer> turns = new ConcurrentHashMap<>();
            for (int i = 0; i < 6; i++) {
                int candidate = i;
                candidacies.add(processes.get(i % 3).election("a").onElected(term -> {
                    office.lead(term);
                    if (turns.merge(candidate, 1, Integer::sum) == 1 && candidate < 2) {
                        throw new IllegalStateException("it happens");
                    }
                    term.resign();
                }));
            }
            await().atMost(LONG).until(() -> turns.size() == 6 && office.terms.get() > 30);
            candidacies.forEach(Candidacy::close);
            assertThat(office.wrong).isEmpty();
            assertThat(processes.get(0).election("a").leader()).isEmpty();
        } finally {
            candidacies.forEach(Candidacy::close);
            processes.forEach(Keywright::close);
        }
    }
}
