package dev.keywright.job;

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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Workers killed; answers lost; servers frozen, restarted, failed over, without memory. */
@WithRedis
class JobFailureTest {

    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());
    private static final JobOptions QUICK =
            JobOptions.DEFAULTS.withLease(Duration.ofSeconds(1)).withBackoff(Backoff.fixed(Duration.ofMillis(10)));

    private final List<String> done = new CopyOnWriteArrayList<>();

    private static void sound(Keywright kw, JobQueue jobs) {
        assertThat(Ledger.faults(kw.connection(), jobs.name())).isEmpty();
    }

    @Test
    void q2_theJobOfAKilledWorkerIsDoneByAnotherAndOneThatKillsWorkersDies(Standalone redis) throws IOException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs(JobChild.QUEUE, JobChild.options());
            String id = jobs.enqueue(JobChild.COUNT, JobChild.HANGS).id();
            String poison = jobs.enqueue(JobChild.COUNT.job(JobChild.HANGS).withAttempts(1))
                    .id();
            Process child = JobChild.start(redis.uri(), "work");
            try {
                await().atMost(Duration.ofSeconds(30)).until(() -> jobs.stats().active() == 2);
                assertThat(child.getInputStream().read()).isEqualTo('!');
            } finally {
                child.destroyForcibly();
            }
            try (JobWorker worker = jobs.worker()
                    .on(JobChild.COUNT, job -> done.add(job.id() + ", attempt " + job.attempt()))
                    .start()) {
                await().until(() -> done.equals(List.of(id + ", attempt 2")));
                await().until(() -> jobs.find(poison).orElseThrow().state() == JobState.DEAD);
            }
            assertThat(jobs.find(poison).orElseThrow().history().get(0).cause()).contains("worker was lost");
            assertThat(jobs.stats().lost()).isEqualTo(2);
            sound(kw, jobs);
        }
    }

    @Test
    void x1_lostAnswersAreAskedForAgainAndNothingIsDoneTwice(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright kw = Keywright.connect(proxy.uri());
                Keywright direct = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs("lost");
            JobQueue seen = direct.jobs("lost");
            try (JobWorker worker = jobs.worker()
                    .on(MAIL, job -> {
                        if (done.size() % 5 == 0) {
                            proxy.cutAfterNextRequest("EVALSHA");
                        }
                        done.add(job.value());
                    })
                    .start()) {
                for (int i = 0; i < 30; i++) {
                    if (i % 3 == 0) {
                        proxy.cutAfterNextRequest("EVALSHA");
                    }
                    jobs.enqueue(MAIL, "v" + i);
                }
                await().until(() -> seen.stats().totalDone() == 30);
            }
            assertThat(done).hasSize(30).doesNotHaveDuplicates();
            assertThat(seen.stats().lost()).isZero();
            assertThat(proxy.cuts()).isPositive();
            sound(direct, seen);
        }
    }

    @Test
    void x3_aServerThatForgotTheScriptsIsToldThem(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs("flush");
            try (JobWorker worker =
                    jobs.worker().on(MAIL, job -> done.add(job.value())).start()) {
                for (int i = 1; i <= 10; i++) {
                    redis.command("SCRIPT", "FLUSH");
                    jobs.enqueue(MAIL, "v");
                    int count = i;
                    await().until(() -> done.size() == count);
                }
            }
        }
    }

    @Test
    void q3_whileTheServerIsFrozenHandlersAreToldThatTheirLeaseIsOverAndTheLateResultIsRefused(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs("frozen", QUICK.withDeadline(Duration.ofMillis(300)));
            CountDownLatch begun = new CountDownLatch(1);
            AtomicInteger lost = new AtomicInteger();
            String id = jobs.enqueue(MAIL, "a").id();
            try (JobWorker worker = jobs.worker()
                    .on(MAIL, job -> {
                        if (job.value().equals("a") && job.attempt() == 1) {
                            begun.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                assertThat(job.isHeld()).isFalse();
                                lost.incrementAndGet();
                            }
                        }
                        done.add("attempt " + job.attempt());
                    })
                    .start()) {
                await().until(() -> begun.getCount() == 0);
                redis.freeze();
                await().until(() -> lost.get() == 1);
                assertThatThrownBy(() -> jobs.enqueue(MAIL, "x")).isInstanceOf(KeywrightException.Unavailable.class);
                assertThat(worker.failure()).isPresent();
                redis.thaw();
                await().until(() -> jobs.find(id).orElseThrow().state() == JobState.DONE);
                assertThat(jobs.find(id).orElseThrow().attempts()).isEqualTo(2);
                await().until(() -> worker.failure().isEmpty());
            }
            assertThat(done).contains("attempt 1", "attempt 2");
            sound(kw, jobs);
        }
    }

    @Test
    void aServerThatIsKilledAndRestartedWithItsAofLosesNothing() {
        ServerOptions lasting =
                ServerOptions.DEFAULTS.withDirective("appendonly", "yes").withDirective("appendfsync", "everysec");
        try (Standalone redis = Standalone.start(lasting);
                Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs("restart", QUICK);
            jobs.enqueueAll(
                    IntStream.range(0, 300).mapToObj(i -> MAIL.job("v" + i)).toList());
            try (JobWorker worker = jobs.worker()
                    .threads(2)
                    .on(MAIL, job -> {
                        if (done.size() == 20) {
                            redis.kill();
                        }
                        done.add(job.value());
                    })
                    .start()) {
                await().until(() -> done.size() > 20 && !redis.isRunning());
                redis.restart();
                await().ignoreExceptions().until(() -> jobs.stats().totalDone() == 300);
            }
            assertThat(done)
                    .contains(IntStream.range(0, 300).mapToObj(i -> "v" + i).toArray(String[]::new));
            sound(kw, jobs);
        }
    }

    @Test
    void withoutMemoryProducersAreToldAndWorkersGoOn(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs("memory");
            jobs.enqueueAll(
                    IntStream.range(0, 50).mapToObj(i -> MAIL.job("v" + i)).toList());
            redis.command("CONFIG", "SET", "maxmemory", "1");
            assertThatThrownBy(() -> jobs.enqueue(MAIL, "x"))
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse());
            try (JobWorker worker =
                    jobs.worker().on(MAIL, job -> done.add(job.value())).start()) {
                await().until(() -> jobs.stats().totalDone() == 50);
            } finally {
                redis.command("CONFIG", "SET", "maxmemory", "0");
            }
            sound(kw, jobs);
        }
    }

    @Test
    @WithRedis(Topology.SENTINEL)
    void aFailoverIsLivedThrough(Sentinel redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs("failover", QUICK.withDeadline(Duration.ofSeconds(20)));
            try (JobWorker worker =
                    jobs.worker().on(MAIL, job -> done.add(job.value())).start()) {
                jobs.enqueue(MAIL, "before");
                await().until(() -> done.contains("before"));
                redis.failover();
                jobs.enqueue(MAIL.job("after").withId("after"));
                await().atMost(Duration.ofSeconds(30)).until(() -> done.contains("after"));
            }
            sound(kw, jobs);
        }
    }
}
