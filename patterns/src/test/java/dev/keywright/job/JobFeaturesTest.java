package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each feature once, and what goes wrong in handlers. */
@WithRedis
class JobFeaturesTest {

    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final List<String> done = new CopyOnWriteArrayList<>();
    private Keywright kw;

    @BeforeEach
    void connect(Standalone redis) {
        kw = Keywright.connect(redis.uri());
    }

    @AfterEach
    void close() {
        kw.close();
    }

    private JobWorker start(JobQueue jobs) {
        return jobs.worker().on(MAIL, job -> done.add(job.value())).threads(1).start();
    }

    private void sound(JobQueue jobs) {
        assertThat(Ledger.faults(kw.connection(), jobs.name())).isEmpty();
    }

    private static JobState state(JobQueue jobs, String id) {
        return jobs.find(id).orElseThrow().state();
    }

    @Test
    void x1_theSameIdIsAddedOnceAndAUniqueTextWhileItsJobLives() {
        JobQueue jobs = kw.jobs("unique");
        assertThat(jobs.enqueue(MAIL.job("a").withId("1"))).isEqualTo(new Enqueued("1", true));
        assertThat(jobs.enqueue(MAIL.job("b").withId("1"))).isEqualTo(new Enqueued("1", false));
        assertThat(jobs.enqueue(MAIL.job("c").withId("2").unique("welcome"))).isEqualTo(new Enqueued("2", true));
        assertThat(jobs.enqueue(MAIL.job("d").withId("3").unique("welcome"))).isEqualTo(new Enqueued("2", false));
        assertThat(jobs.cancel("2")).isEqualTo(JobQueue.Cancelled.GONE);
        assertThat(jobs.enqueue(MAIL.job("e").withId("4").unique("welcome")).added())
                .isTrue();
        try (JobWorker worker = start(jobs)) {
            await().until(() -> done.equals(List.of("a", "e")) && worker.jobs() == 0);
            await().until(() -> jobs.enqueue(MAIL.job("f").unique("welcome")).added());
        }
        sound(jobs);
    }

    @Test
    void q7_aUniqueJobThatIsTriedAgainDoesNotStandInItsOwnWay() {
        JobQueue jobs = kw.jobs("unique retry", JobOptions.DEFAULTS.withBackoff(Backoff.fixed(Duration.ZERO)));
        jobs.enqueue(MAIL.job("a").unique("u").withDelay(Duration.ofMillis(30)));
        try (JobWorker worker = jobs.worker()
                .on(MAIL, job -> {
                    done.add(job.value());
                    if (job.attempt() < 3) {
                        throw new IllegalStateException();
                    }
                })
                .start()) {
            await().until(() -> done.size() == 3 && worker.jobs() == 0);
        }
        await().until(() -> jobs.stats().open() == 0);
        sound(jobs);
    }

    @Test
    void q5_jobsForLaterComeWithinAFifthOfASecondAndInOrder() {
        JobQueue jobs = kw.jobs("later");
        jobs.enqueue(MAIL.job("third").withDelay(Duration.ofMillis(900)));
        jobs.enqueue(MAIL.job("second").withDelay(Duration.ofMillis(600)));
        jobs.enqueue(MAIL.job("never").at(Instant.parse("2190-01-01T00:00:00Z")));
        jobs.enqueue(MAIL.job("first").at(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(jobs.stats().later()).isEqualTo(3);
        try (JobWorker worker = start(jobs)) {
            await().until(() -> done.equals(List.of("first")));
            await().until(() -> done.size() == 3);
            assertThat(jobs.stats().overdue()).isLessThan(Duration.ofSeconds(1));
        }
        assertThat(done).containsExactly("first", "second", "third");
        sound(jobs);
    }

    @Test
    void prioritiesGoFirstButDoNotHoldUpForever() {
        JobQueue jobs = kw.jobs("priority", JobOptions.DEFAULTS.withPriorityLead(Duration.ofMillis(300)));
        jobs.enqueue(MAIL.job("old and low").withPriority(-1));
        jobs.enqueue(MAIL.job("plain"));
        jobs.enqueue(MAIL.job("high").withPriority(1));
        long start = System.nanoTime();
        await().until(() -> System.nanoTime() - start > 700_000_000L);
        jobs.enqueue(MAIL.job("new and high").withPriority(1));
        try (JobWorker worker = start(jobs)) {
            await().until(() -> done.size() == 4);
        }
        assertThat(done).containsExactly("high", "plain", "old and low", "new and high");
    }

    @Test
    void q9_jobsOfOneKeyRunOneAfterTheOtherInOrderAlsoWhenTheyFail() {
        JobQueue jobs = kw.jobs("keys", JobOptions.DEFAULTS.withBackoff(Backoff.fixed(Duration.ofMillis(5))));
        List<NewJob<String>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(MAIL.job(i % 3 + " " + i).withKey("k" + i % 3));
        }
        jobs.enqueueAll(all);
        assertThat(jobs.stats().behind()).isEqualTo(57);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicBoolean together = new AtomicBoolean();
        try (JobWorker worker = jobs.worker()
                .threads(8)
                .on(MAIL, job -> {
                    if (job.value().startsWith("1") && atOnce.incrementAndGet() > 1) {
                        together.set(true);
                    }
                    try {
                        if (job.attempt() == 1 && job.value().endsWith("0")) {
                            throw new IllegalStateException();
                        }
                        done.add(job.value());
                    } finally {
                        if (job.value().startsWith("1")) {
                            atOnce.decrementAndGet();
                        }
                    }
                })
                .start()) {
            await().until(() -> done.size() == 60 && worker.jobs() == 0);
        }
        for (int k = 0; k < 3; k++) {
            String prefix = k + " ";
            List<Integer> order = done.stream()
                    .filter(value -> value.startsWith(prefix))
                    .map(value -> Integer.valueOf(value.substring(2)))
                    .toList();
            assertThat(order).hasSize(20).isSorted();
        }
        assertThat(together).isFalse();
        sound(jobs);
    }

    @Test
    void q9_pausedNothingBeginsAndResumedItDoes() {
        JobQueue jobs = kw.jobs("pause");
        jobs.pause();
        try (JobWorker worker = start(jobs)) {
            jobs.enqueue(MAIL, "a");
            await().during(Duration.ofMillis(200)).until(done::isEmpty);
            assertThat(jobs.stats().paused()).isTrue();
            jobs.resume();
            await().until(() -> done.equals(List.of("a")));
        }
    }

    @Test
    void q9_aJobThatRunsIsToldThatItIsCancelled() {
        JobQueue jobs = kw.jobs("cancel");
        CountDownLatch begun = new CountDownLatch(1);
        String id = jobs.enqueue(MAIL, "a").id();
        try (JobWorker worker = jobs.worker()
                .on(MAIL, job -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        assertThatThrownBy(job::requireHeld)
                                .isInstanceOf(KeywrightException.Lost.class)
                                .hasMessageContaining("cancelled");
                        done.add("told");
                    }
                })
                .start()) {
            await().until(() -> begun.getCount() == 0);
            assertThat(jobs.cancel(id)).isEqualTo(JobQueue.Cancelled.ASKED);
            await().until(() -> jobs.find(id).isEmpty());
            assertThat(done).containsExactly("told");
            assertThat(jobs.cancel(id)).isEqualTo(JobQueue.Cancelled.NOT_THERE);
        }
        assertThat(jobs.stats().cancelled()).isEqualTo(1);
        sound(jobs);
    }

    @Test
    void aHandlerThatHangsHasFailedAndItsLateResultIsRefused() {
        JobQueue jobs = kw.jobs("hang", JobOptions.DEFAULTS.withAttempts(1));
        CountDownLatch free = new CountDownLatch(1);
        String id = jobs.enqueue(MAIL, "a").id();
        try (JobWorker worker = jobs.worker()
                .on(MAIL, Duration.ofMillis(50), job -> {
                    boolean waits = true;
                    while (waits) {
                        try {
                            free.await();
                            waits = false;
                        } catch (InterruptedException e) {
                            done.add("interrupted");
                        }
                    }
                    done.add("late");
                })
                .start()) {
            await().until(() -> state(jobs, id) == JobState.DEAD);
            assertThat(jobs.find(id).orElseThrow().history().get(0).cause()).contains("longer than 50 ms");
            free.countDown();
            await().until(() -> done.equals(List.of("interrupted", "late")));
        }
        assertThat(state(jobs, id)).isEqualTo(JobState.DEAD);
        sound(jobs);
    }

    @Test
    void progressAndResultAreShown() {
        JobQueue jobs = kw.jobs("result", JobOptions.DEFAULTS.withLease(Duration.ofSeconds(3)));
        CountDownLatch free = new CountDownLatch(1);
        String id = jobs.enqueue(MAIL, "a").id();
        try (JobWorker worker = jobs.worker()
                .on(MAIL, job -> {
                    job.progress("half");
                    free.await();
                    job.result("receipt", Codecs.string());
                })
                .start()) {
            await().until(() -> jobs.find(id).orElseThrow().progress().equals("half"));
            Instant end = jobs.find(id).orElseThrow().stateTime().orElseThrow();
            await().until(() ->
                    jobs.find(id).orElseThrow().stateTime().orElseThrow().isAfter(end.plusMillis(900)));
            free.countDown();
            await().until(() -> state(jobs, id) == JobState.DONE);
        }
        StoredJob job = jobs.find(id).orElseThrow();
        assertThat(job.result(Codecs.string())).contains("receipt");
        assertThat(job.attempts()).isEqualTo(1);
        assertThat(job.value(Codecs.string())).isEmpty();
    }

    @Test
    void hopelessJobsAreDeadAtOnce() {
        JobQueue jobs = kw.jobs("hopeless");
        String thrown = jobs.enqueue(MAIL, "thrown").id();
        String buried = jobs.enqueue(MAIL, "buried").id();
        String error = jobs.enqueue(MAIL.job("error").withAttempts(1)).id();
        try (JobWorker worker = jobs.worker()
                .neverRetry(IllegalArgumentException.class)
                .on(MAIL, job -> {
                    if (job.value().equals("buried")) {
                        job.bury("no such address");
                    } else if (job.value().equals("thrown")) {
                        throw new IllegalArgumentException("bad");
                    } else {
                        throw new StackOverflowError();
                    }
                })
                .start()) {
            for (String id : List.of(thrown, buried, error)) {
                await().until(() -> state(jobs, id) == JobState.DEAD);
                assertThat(jobs.find(id).orElseThrow().attempts()).isEqualTo(1);
            }
        }
        assertThat(jobs.find(buried).orElseThrow().history().get(0).cause()).isEqualTo("no such address");
        assertThat(jobs.redriveAll(100, Duration.ZERO)).isEqualTo(3);
        assertThat(jobs.stats().ready()).isEqualTo(3);
        sound(jobs);
    }

    @Test
    void unreadableJobsAreDeadWithACauseAndUnknownTypesAreLeftToOthers() {
        JobQueue jobs = kw.jobs("odd");
        JobType<Integer> number = JobType.of("number", Codecs.json(Integer.class));
        String unreadable =
                jobs.enqueue(JobType.of("number", Codecs.string()), "no number").id();
        String unknown = jobs.enqueue(JobType.of("new in the next release", Codecs.string()), "x")
                .id();
        jobs.enqueue(number, 7);
        try (JobWorker worker =
                jobs.worker().on(number, job -> done.add("n" + job.value())).start()) {
            await().until(() -> done.equals(List.of("n7")));
            await().until(() -> state(jobs, unreadable) == JobState.DEAD && state(jobs, unknown) == JobState.LATER);
            StoredJob parked = jobs.find(unknown).orElseThrow();
            assertThat(parked.attempts()).isZero();
            assertThat(parked.history().get(0).cause()).contains("new in the next release");
        }
        sound(jobs);
    }

    @Test
    void q10_theDoneAndTheDeadAreForgotten() {
        JobQueue jobs = kw.jobs(
                "retention",
                JobOptions.DEFAULTS.withAttempts(1).withDone(5, MINUTE).withDead(100, Duration.ofMillis(50)));
        jobs.enqueueAll(IntStream.range(0, 40).mapToObj(i -> MAIL.job("v" + i)).toList());
        try (JobWorker worker = jobs.worker()
                .on(MAIL, job -> {
                    if (job.value().endsWith("3")) {
                        throw new IllegalStateException();
                    }
                })
                .start()) {
            await().until(() -> jobs.stats().open() == 0
                    && jobs.stats().done() == 5
                    && jobs.stats().dead() == 0);
        }
        assertThat(jobs.stats().totalDead()).isEqualTo(4);
        sound(jobs);
    }

    @Test
    void q9_onlySoManyRunAtOnceAndBeginInATime() {
        JobQueue narrow = kw.jobs("narrow", JobOptions.DEFAULTS.withConcurrency(2));
        AtomicInteger now = new AtomicInteger();
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        narrow.enqueueAll(
                IntStream.range(0, 30).mapToObj(i -> MAIL.job("v" + i)).toList());
        JobHandler<String> counts = job -> {
            seen.add(now.incrementAndGet());
            LockSupport.parkNanos(5_000_000); // so that more than may would meet
            now.decrementAndGet();
        };
        try (JobWorker one = narrow.worker().on(MAIL, counts).threads(8).start();
                JobWorker two = narrow.worker().on(MAIL, counts).threads(8).start()) {
            await().until(() -> narrow.stats().totalDone() == 30);
        }
        assertThat(Collections.max(seen)).isEqualTo(2);

        JobQueue slow = kw.jobs("slow", JobOptions.DEFAULTS.withRate(5, Duration.ofSeconds(1)));
        slow.enqueueAll(IntStream.range(0, 10).mapToObj(i -> MAIL.job("v" + i)).toList());
        long start = System.nanoTime();
        try (JobWorker worker = start(slow)) {
            await().until(() -> done.size() == 10);
        }
        assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L); // 5 at once, 5 a fifth of a second apart
    }

    @Test
    void whenAsManyWaitAsMayTheProducerIsToldAndNothingIsAdded() {
        JobQueue jobs = kw.jobs("full", JobOptions.DEFAULTS.withMaxWaiting(3).withMaxPayloadBytes(10));
        jobs.enqueueAll(List.of(MAIL.job("a"), MAIL.job("b").withDelay(MINUTE)));
        assertThatThrownBy(() -> jobs.enqueueAll(List.of(MAIL.job("c"), MAIL.job("d"))))
                .isInstanceOfSatisfying(
                        KeywrightException.Unavailable.class,
                        e -> assertThat(e.outcomeUnknown()).isFalse())
                .hasMessageContaining("3");
        assertThat(jobs.stats().open()).isEqualTo(2);
        assertThatThrownBy(() -> jobs.enqueue(MAIL, "much too long"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("13 bytes");
    }

    @Test
    void q11_aWorkerThatStopsFinishesWhatItBeganAndGivesBackTheRest() {
        JobQueue jobs = kw.jobs("stop");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        jobs.enqueueAll(List.of(MAIL.job("a"), MAIL.job("b"), MAIL.job("c")));
        JobWorker first = jobs.worker()
                .threads(1)
                .on(MAIL, job -> {
                    begun.countDown();
                    free.await();
                    done.add(job.value());
                })
                .start();
        await().until(() -> begun.getCount() == 0);
        free.countDown();
        assertThat(first.stop(Duration.ofSeconds(10))).isTrue();
        JobStats stats = jobs.stats();
        assertThat(stats.active()).isZero();
        assertThat(stats.totalDone() + stats.open()).isEqualTo(3);

        jobs.enqueue(MAIL, "d");
        CountDownLatch hangs = new CountDownLatch(1);
        JobWorker second = jobs.worker()
                .threads(1)
                .on(MAIL, job -> {
                    hangs.countDown();
                    new CountDownLatch(1).await();
                })
                .start();
        await().until(() -> hangs.getCount() == 0);
        assertThat(second.stop(Duration.ofMillis(50))).isFalse();
        await().until(() -> jobs.stats().active() == 0);
        assertThat(jobs.stats().failed()).isZero();
        sound(jobs);
    }

    @Test
    void theLastOfABatchRunsWhenAllHaveEnded() {
        JobQueue jobs = kw.jobs("batch", JobOptions.DEFAULTS.withAttempts(1));
        List<NewJob<String>> all =
                IntStream.range(0, 250).mapToObj(i -> MAIL.job("v" + i)).toList();
        Enqueued last = jobs.enqueueBatch(all, MAIL.job("last").withId("b"));
        assertThat(state(jobs, last.id())).isEqualTo(JobState.BEHIND);
        assertThat(jobs.enqueueBatch(all, MAIL.job("last").withId("b")).added()).isFalse();
        assertThat(jobs.stats().ready()).isEqualTo(250);
        assertThat(jobs.cancel("b/7")).isEqualTo(JobQueue.Cancelled.GONE);
        try (JobWorker worker = jobs.worker()
                .on(MAIL, job -> {
                    done.add(job.value());
                    if (job.value().equals("v9")) {
                        throw new IllegalStateException();
                    }
                })
                .start()) {
            await().until(() -> state(jobs, "b") == JobState.DONE);
        }
        assertThat(done).hasSize(250).endsWith("last");
        sound(jobs);
    }

    @Test
    void aChainGoesOnWhenAJobIsDoneAndNotWhenOneIsDead() {
        JobQueue jobs = kw.jobs("chain", JobOptions.DEFAULTS.withAttempts(1));
        List<Enqueued> good = jobs.enqueueChain(List.of(MAIL.job("a"), MAIL.job("b"), MAIL.job("c")));
        List<Enqueued> bad = jobs.enqueueChain(List.of(MAIL.job("d"), MAIL.job("fails"), MAIL.job("e"), MAIL.job("f")));
        try (JobWorker worker = jobs.worker()
                .on(MAIL, job -> {
                    if (job.value().equals("fails")) {
                        throw new IllegalStateException();
                    }
                    done.add(job.value());
                })
                .start()) {
            await().until(() -> state(jobs, good.get(2).id()) == JobState.DONE);
            await().until(() -> state(jobs, bad.get(3).id()) == JobState.DEAD);
        }
        assertThat(done).containsSubsequence("a", "b", "c").contains("d").doesNotContain("e", "f");
        assertThat(jobs.find(bad.get(2).id()).orElseThrow().history().get(0).cause())
                .contains("chain");
        sound(jobs);
    }

    @Test
    void aJobGoesInWithOtherWritesOfAScriptOrTransaction() {
        JobQueue jobs = kw.jobs("orders");
        PreparedJob prepared = jobs.prepare(MAIL.job("from a script"));
        String script = "redis.call('SET', KEYS[1], 'paid') redis.call('RPUSH', KEYS[2], ARGV[1])";
        try (JobWorker worker = start(jobs)) {
            kw.connection()
                    .call(Command.named("EVAL")
                            .argument(script)
                            .argument(2)
                            .key("{orders}:7".getBytes(UTF_8))
                            .key(prepared.inbox())
                            .argument(prepared.entry())
                            .build())
                    .orThrow("test");
            await().until(() -> done.equals(List.of("from a script")));
            kw.connection().call(prepared.command()).orThrow("test"); // known already
            kw.connection()
                    .call(Command.named("RPUSH")
                            .key(prepared.inbox())
                            .argument("9999:no job")
                            .build())
                    .orThrow("test");
            jobs.enqueue(MAIL, "next");
            await().until(() -> done.equals(List.of("from a script", "next")));
            await().until(() -> jobs.stats().inbox() == 0);
        }
        assertThat(jobs.find(prepared.id()).orElseThrow().state()).isEqualTo(JobState.DONE);
        sound(jobs);
    }

    @Test
    void badArgumentsAreRefused() {
        JobQueue jobs = kw.jobs("bad");
        assertThatThrownBy(() -> kw.jobs("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MAIL.job("x").withDelay(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MAIL.job("x").withAttempts(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MAIL.job("x").withKey("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MAIL.job("x").withId("\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> jobs.worker().start()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> jobs.worker().on(MAIL, job -> {}).on(MAIL, job -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> jobs.enqueueChain(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JobOptions.DEFAULTS.withLease(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
