package dev.keywright.job;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.SENTINEL;
import static dev.keywright.server.Topology.STANDALONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every topology must do. */
@WithRedis({STANDALONE, SENTINEL, CLUSTER})
class JobQueueTest {

    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());

    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void doesWhatIsPutIn(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs("does {it}: \u00fc");
            Enqueued one = jobs.enqueue(MAIL, "hello");
            assertThat(one.added()).isTrue();
            assertThat(jobs.find(one.id()).orElseThrow().state()).isEqualTo(JobState.READY);
            try (JobWorker worker =
                    jobs.worker().on(MAIL, job -> done.add(job.value())).start()) {
                await().until(() -> done.equals(List.of("hello")));
                jobs.enqueueAll(
                        IntStream.range(0, 250).mapToObj(i -> MAIL.job("v" + i)).toList());
                await().until(() -> done.size() == 251 && worker.jobs() == 0);
                await().until(() -> jobs.find(one.id()).orElseThrow().state() == JobState.DONE);
            }
            JobStats stats = jobs.stats();
            assertThat(stats.totalDone()).isEqualTo(251);
            assertThat(stats.open()).isZero();
            assertThat(Ledger.faults(kw.connection(), jobs.name())).isEmpty();
        }
    }

    @Test
    void triesAgainAndThenBuries(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs(
                    "again", JobOptions.DEFAULTS.withAttempts(3).withBackoff(Backoff.fixed(Duration.ofMillis(20))));
            String id = jobs.enqueue(MAIL, "x").id();
            JobWorker.Builder worker = jobs.worker().on(MAIL, job -> {
                done.add(job.value() + job.attempt());
                if (done.size() <= 3) {
                    throw new IllegalStateException("no luck");
                }
            });
            try (JobWorker unused = worker.start()) {
                await().until(() -> jobs.find(id).orElseThrow().state() == JobState.DEAD);
                StoredJob dead = jobs.dead(0, 10).get(0);
                assertThat(dead.id()).isEqualTo(id);
                assertThat(dead.history())
                        .hasSize(3)
                        .allSatisfy(failed -> assertThat(failed.cause()).contains("no luck"));
                assertThat(dead.value(Codecs.string())).contains("x");
                assertThat(jobs.redrive(id)).isTrue();
                assertThat(jobs.redrive(id)).isFalse();
                await().until(() -> jobs.find(id).orElseThrow().state() == JobState.DONE);
            }
            assertThat(done).containsExactly("x1", "x2", "x3", "x1");
            assertThat(Ledger.faults(kw.connection(), jobs.name())).isEmpty();
        }
    }
}
