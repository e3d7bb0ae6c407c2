package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Odd texts, odd handlers, odd entries, answers lost at the wrong moment: what once went wrong, each by itself. */
@WithRedis
class JobFaultsTest {

    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());
    private static final JobOptions FORGETFUL = JobOptions.DEFAULTS.withDone(0, Duration.ofHours(1));

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

    private static List<NewJob<String>> mails(int count) {
        return IntStream.range(0, count).mapToObj(i -> MAIL.job("v" + i)).toList();
    }

    @Test
    void keysAndIdsMayHoldNul() {
        JobQueue jobs = kw.jobs("nul");
        jobs.enqueueAll(List.of(
                MAIL.job("1").withKey("a\0b"), MAIL.job("2").withKey("a\0b").withId("x\0y")));
        sound(jobs);
        try (JobWorker worker = start(jobs)) {
            await().until(() -> done.equals(List.of("1", "2")));
        }
        sound(jobs);
    }

    @Test
    void anErrorOfACodecAndAFailureThatCannotBeToldEndAnAttempt() {
        Codec<String> recursive = new Codec<>() {
            @Override
            public byte format() {
                return Codecs.string().format();
            }

            @Override
            public byte[] encode(String value) {
                return value.getBytes(UTF_8);
            }

            @Override
            public String decode(byte format, byte[] bytes, int from, int length) {
                throw new StackOverflowError();
            }
        };
        JobQueue jobs = kw.jobs("errors", JobOptions.DEFAULTS.withAttempts(1));
        String deep = jobs.enqueue(JobType.of("deep", recursive), "x").id();
        String mute = jobs.enqueue(MAIL, "x").id();
        try (JobWorker worker = jobs.worker()
                .on(JobType.of("deep", recursive), job -> {})
                .on(MAIL, job -> {
                    throw new RuntimeException() {
                        private static final long serialVersionUID = 1;

                        @Override
                        public String getMessage() {
                            throw new IllegalStateException("no message");
                        }
                    };
                })
                .start()) {
            await().until(() -> state(jobs, deep) == JobState.DEAD && state(jobs, mute) == JobState.DEAD);
            assertThat(worker.jobs()).isZero();
        }
        sound(jobs);
    }

    @Test
    void aScheduleGoesOnAfterItsFunctionThrewOrTheQueueWasFull() {
        JobQueue jobs = kw.jobs("cron", JobOptions.DEFAULTS.withMaxWaiting(1));
        String first = jobs.enqueue(MAIL, "fills it").id();
        AtomicInteger calls = new AtomicInteger();
        try (Schedule schedule = jobs.schedule("s", Cron.of("* * * * * *"), CatchUp.ALL, time -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("the database is away");
            }
            return MAIL.job("tick");
        })) {
            await().until(() -> schedule.failure()
                    .filter(KeywrightException.Unavailable.class::isInstance)
                    .isPresent());
            jobs.cancel(first);
            await().until(() -> jobs.stats().ready() == 1);
            assertThat(jobs.list(JobState.READY, 0, 1).get(0).id()).startsWith("s@");
        }
    }

    @Test
    void x1_lostAnswersOfProducers(Standalone redis) {
        try (FaultProxy proxy = FaultProxy.to(redis);
                Keywright cut = Keywright.connect(proxy.uri())) {
            cut.jobs("other").enqueue(MAIL, "x");
            JobQueue full = cut.jobs("full", JobOptions.DEFAULTS.withMaxWaiting(1));
            proxy.cutAfterNextRequest("EVALSHA");
            assertThat(full.enqueue(MAIL, "x").added()).isTrue();
            assertThat(kw.jobs("full").stats().open()).isEqualTo(1);

            JobQueue forgetful = cut.jobs("forgetful", FORGETFUL);
            try (JobWorker worker = start(kw.jobs("forgetful", FORGETFUL))) {
                for (int i = 0; i < 10; i++) {
                    proxy.cutAfterNextRequest("EVALSHA");
                    assertThat(forgetful.enqueue(MAIL, "v" + i).added()).isTrue();
                }
                await().until(() -> done.contains("v9"));
            }
            assertThat(done).hasSize(10);
        }
    }

    @Test
    void batchesThatAreEmptyOrAskedForAgain() {
        JobOptions short1 = FORGETFUL.withDeadline(Duration.ofMillis(300));
        JobQueue jobs = kw.jobs("batches", short1);
        jobs.enqueueBatch(List.<NewJob<String>>of(), MAIL.job("alone"));
        List<NewJob<String>> all =
                List.of(MAIL.job("a"), MAIL.job("b"), MAIL.job("far").withDelay(Duration.ofHours(1)));
        try (JobWorker worker = start(jobs)) {
            jobs.enqueueBatch(all, MAIL.job("last").withId("b"));
            await().until(() -> done.size() == 3
                    && jobs.find("b/1").isEmpty()
                    && jobs.find("b/2").isEmpty());
            jobs.enqueueBatch(all, MAIL.job("last").withId("b"));
            jobs.enqueue(MAIL, "next");
            await().until(() -> done.contains("next"));
        }
        assertThat(done).containsExactly("alone", "a", "b", "next");
        assertThat(state(jobs, "b")).isEqualTo(JobState.BEHIND);
        assertThat(jobs.cancel("b/3")).isEqualTo(JobQueue.Cancelled.GONE);
        assertThat(state(jobs, "b")).isEqualTo(JobState.READY);
        assertThatThrownBy(() -> jobs.enqueueBatch(all, MAIL.job("x").withDelay(Duration.ofSeconds(1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        jobs.enqueueChain(List.of(MAIL.job("x"), MAIL.job("y").withDelay(Duration.ofSeconds(1)))))
                .isInstanceOf(IllegalArgumentException.class);
        sound(jobs);
    }

    @Test
    void whatHasNoRoomAsAWholeIsNotAddedInPart() {
        JobQueue jobs = kw.jobs("large", JobOptions.DEFAULTS.withMaxWaiting(150));
        assertThatThrownBy(() -> jobs.enqueueBatch(mails(200), MAIL.job("last")))
                .isInstanceOf(KeywrightException.Unavailable.class);
        assertThatThrownBy(() -> jobs.enqueueAll(mails(151))).hasMessageContaining("Nothing was added");
        assertThat(jobs.stats().open()).isZero();
        assertThat(jobs.enqueueAll(mails(150))).hasSize(150);
    }

    @Test
    void aProducerMayWaitUntilThereIsRoom() {
        JobQueue jobs = kw.jobs("patience", JobOptions.DEFAULTS.withMaxWaiting(1));
        String first = jobs.enqueue(MAIL, "a").id();
        assertThatThrownBy(() -> jobs.enqueue(MAIL.job("b"), Duration.ofMillis(50)))
                .isInstanceOf(KeywrightException.Unavailable.class);
        Thread producer = new Thread(() ->
                done.add(jobs.enqueue(MAIL.job("b"), Duration.ofMinutes(1)).id()));
        producer.start();
        await().during(Duration.ofMillis(100)).until(done::isEmpty);
        jobs.cancel(first);
        await().until(() -> done.size() == 1);
        assertThat(state(jobs, done.get(0))).isEqualTo(JobState.READY);
    }

    @Test
    void withoutMemoryAWorkerDoesNotHurryOverTheInbox(Standalone redis) {
        JobQueue jobs = kw.jobs("spin");
        kw.connection().call(jobs.prepare(MAIL.job("x")).command()).orThrow("test");
        redis.command("CONFIG", "SET", "maxmemory", "1");
        try (JobWorker worker = start(jobs)) {
            await().until(() -> worker.failure().isPresent());
            redis.command("CONFIG", "RESETSTAT");
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            assertThat(calls(redis.command("INFO", "commandstats"))).isLessThan(20);
            redis.command("CONFIG", "SET", "maxmemory", "0");
            await().until(() -> done.equals(List.of("x")));
        }
    }

    private static long calls(String stats) {
        return stats.lines()
                .filter(line -> line.startsWith("cmdstat_evalsha:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+).*", "$1"))
                        + Long.parseLong(line.replaceAll(".*rejected_calls=(\\d+).*", "$1")))
                .sum();
    }

    @Test
    void whatIsNoJobIsDeadAndTakesNoneWithIt() {
        JobQueue jobs = kw.jobs("odd entries");
        byte[] inbox = jobs.prepare(MAIL.job("x")).inbox();
        for (String odd : List.of("1:a1:b1:c1:d", "1:a2:d011:3;0;n;x:mai1:d", "no job", "9999:cut off")) {
            kw.connection().call(jobs.prepare(MAIL.job("v")).command()).orThrow("test");
            kw.connection()
                    .call(Command.named("RPUSH").key(inbox).argument(odd).build())
                    .orThrow("test");
        }
        kw.connection()
                .call(Command.named("HSET")
                        .key("job:{odd entries}:jobs")
                        .argument("jz")
                        .argument("0;0;rubbish")
                        .argument("pz")
                        .argument("?")
                        .build())
                .orThrow("test");
        kw.connection()
                .call(Command.named("ZADD")
                        .key("job:{odd entries}:ready")
                        .argument(1)
                        .argument("z")
                        .build())
                .orThrow("test");
        try (JobWorker worker = start(jobs)) {
            await().until(() -> done.size() == 4 && jobs.stats().dead() == 5);
            assertThat(jobs.dead(0, 10)).anySatisfy(dead -> {
                assertThat(dead.id()).startsWith("unreadable@");
                assertThat(dead.history().get(0).cause()).contains("no job");
            });
            jobs.enqueue(MAIL, "next");
            await().until(() -> done.contains("next"));
        }
        sound(jobs);
    }

    @Test
    void q3_aWorkerThatGetsItsOwnJobAgainTellsTheHandlerThatLostIt(Standalone redis) {
        JobQueue jobs = kw.jobs("own", JobOptions.DEFAULTS.withLease(Duration.ofSeconds(20)));
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        String id = jobs.enqueue(MAIL, "x").id();
        try (JobWorker worker = jobs.worker()
                .on(MAIL, job -> {
                    if (job.attempt() > 1) {
                        second.countDown();
                        return;
                    }
                    try {
                        first.countDown();
                        boolean unused = new CountDownLatch(1).await(60, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                    }
                })
                .start()) {
            await().until(() -> first.getCount() == 0);
            await().pollInterval(Duration.ofMillis(5)).until(() -> {
                redis.command("ZADD", "job:{own}:active", "XX", "1", id); // its lease is over, by the server
                redis.command("RPUSH", "job:{own}:inbox", "");
                return second.getCount() == 0;
            });
            await().until(() -> interrupted.get() == 1);
        }
    }

    @Test
    void q5_anAttemptAfterAFailureComesWithinAFifthOfASecond() {
        JobQueue jobs = kw.jobs("soon", JobOptions.DEFAULTS.withBackoff(Backoff.fixed(Duration.ofMillis(20))));
        List<Long> millis = new CopyOnWriteArrayList<>();
        AtomicLong failedAt = new AtomicLong();
        try (JobWorker worker = jobs.worker()
                .on(MAIL, job -> {
                    if (job.attempt() == 1) {
                        failedAt.set(System.nanoTime());
                        throw new IllegalStateException();
                    }
                    millis.add((System.nanoTime() - failedAt.get()) / 1_000_000);
                })
                .start()) {
            for (int i = 1; i <= 9; i++) {
                jobs.enqueue(MAIL, "x");
                int count = i;
                await().until(() -> millis.size() == count);
            }
        }
        List<Long> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        assertThat(sorted.get(4)).as("median of %s ms", sorted).isBetween(19L, 500L); // it was 1,000 or more
    }

    @Test
    void q9_whatWasFetchedAheadGoesBackWhenTheQueueIsPaused() {
        JobQueue jobs = kw.jobs("pause");
        AtomicInteger begun = new AtomicInteger();
        AtomicBoolean paused = new AtomicBoolean();
        jobs.enqueueAll(mails(500));
        try (JobWorker worker = jobs.worker()
                .threads(1)
                .on(MAIL, job -> {
                    LockSupport.parkNanos(2_000_000);
                    if (begun.incrementAndGet() == 100) {
                        jobs.pause();
                        paused.set(true);
                        LockSupport.parkNanos(2_500_000_000L); // a step at least
                    }
                })
                .start()) {
            await().until(() -> paused.get() && jobs.stats().active() == 0);
            assertThat(begun.get()).isEqualTo(100);
            assertThat(jobs.stats().ready()).isEqualTo(400);
        }
        sound(jobs);
    }

    @Test
    void q8_aJobThatDiesAgainIsRedrivenOnceAndACancelIsForgotten() {
        JobQueue jobs = kw.jobs("redrive", JobOptions.DEFAULTS.withAttempts(1));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        String id = jobs.enqueue(MAIL, "x").id();
        try (JobWorker worker = jobs.worker()
                .threads(1)
                .on(MAIL, job -> {
                    begun.countDown();
                    while (go.getCount() > 0) {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            // goes on
                        }
                    }
                    job.bury("no");
                })
                .start()) {
            await().until(() -> begun.getCount() == 0);
            assertThat(jobs.cancel(id)).isEqualTo(JobQueue.Cancelled.ASKED);
            go.countDown();
            await().until(() -> state(jobs, id) == JobState.DEAD);
            assertThat(kw.connection()
                            .call(Command.named("HEXISTS")
                                    .key("job:{redrive}:jobs")
                                    .argument("c" + id)
                                    .build())
                            .number())
                    .isZero();
            assertThat(jobs.redriveAll(500, Duration.ofMillis(200))).isEqualTo(1);
        }
        assertThatThrownBy(() -> jobs.dead(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedConnectionEndsTheThreadsOfItsWorkers(Standalone redis) {
        Keywright other = Keywright.connect(redis.uri());
        JobWorker unused = other.jobs("leak").worker().on(MAIL, job -> {}).start();
        await().until(() -> threads("keywright-jobs-beat") > 0);
        other.close();
        await().until(() -> threads("keywright-jobs") == 0 && threads("keywright-jobs-beat") == 0);
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }

    @Test
    void aResultThatIsTooLargeIsAFailure() {
        JobQueue jobs =
                kw.jobs("result", JobOptions.DEFAULTS.withMaxPayloadBytes(100).withAttempts(1));
        String id = jobs.enqueue(MAIL, "x").id();
        try (JobWorker worker = jobs.worker()
                .on(MAIL, job -> job.result("y".repeat(101), Codecs.string()))
                .start()) {
            await().until(() -> state(jobs, id) == JobState.DEAD);
            assertThat(jobs.find(id).orElseThrow().history().get(0).cause()).contains("101 bytes");
        }
    }

    @Test
    void aLimitOnWhatRunsCountsNothingThatWaitsInAWorker() {
        JobQueue jobs = kw.jobs("narrow", JobOptions.DEFAULTS.withConcurrency(8));
        jobs.enqueueAll(mails(200));
        AtomicInteger most = new AtomicInteger();
        try (JobWorker worker = jobs.worker()
                .threads(1)
                .on(MAIL, job -> {
                    if (done.size() > 100) {
                        most.accumulateAndGet((int) jobs.stats().active(), Math::max);
                    }
                    done.add(job.value());
                })
                .start()) {
            await().until(() -> done.size() == 200);
        }
        assertThat(most.get()).isEqualTo(1);
    }

    /** What is stored is as if the server's clock had been an hour ahead until now. */
    @Test
    void x4_aClockThatGoesBackStopsNothingAndKeepsTheOrder(Standalone redis) {
        JobOptions options = JobOptions.DEFAULTS.withRate(1_000, Duration.ofSeconds(1));
        JobQueue jobs = kw.jobs("clock", options);
        jobs.enqueueAll(List.of(MAIL.job("a").withKey("k"), MAIL.job("b").withKey("k")));
        String seconds = redis.command("TIME").lines().findFirst().orElseThrow();
        String ahead = Long.parseLong(seconds.strip()) + 3_600 + "000000";
        redis.command("HSET", "job:{clock}:meta", "last", ahead, "rate", ahead, "idle", ahead);
        jobs.enqueueAll(List.of(MAIL.job("c").withKey("k"), MAIL.job("d")));
        try (JobWorker worker = start(jobs)) {
            await().until(() -> done.size() == 4);
            jobs.enqueue(MAIL, "e");
            await().until(() -> done.contains("e"));
        }
        assertThat(done).containsSubsequence("a", "b", "c");
        sound(jobs);
    }

    @Test
    void whoeverDeletesOneOfTheKeysLosesNoJob(Standalone redis) {
        for (String lost : List.of("ready", "later", "behind", "locks", "active")) {
            String name = "lost " + lost;
            JobQueue jobs = kw.jobs(name);
            jobs.enqueueAll(List.of(
                    MAIL.job("a").withKey("k"),
                    MAIL.job("b").withKey("k"),
                    MAIL.job("c").withKey("k"),
                    MAIL.job("later").withDelay(Duration.ofMillis(10))));
            jobs.enqueueBatch(List.of(MAIL.job("one of all")), MAIL.job("all"));
            assertThat(jobs.repair()).isZero();
            redis.command("DEL", "job:{" + name + "}:" + lost);
            assertThat(jobs.repair() > 0).isEqualTo(!lost.equals("active"));
            assertThat(jobs.repair()).isZero();
            sound(jobs);
            try (JobWorker worker = start(jobs)) {
                await().until(() -> jobs.stats().totalDone() == 6);
            }
            assertThat(done).as(lost).containsSubsequence("a", "b", "c").hasSize(6);
            done.clear();
            sound(jobs);
        }
    }

    @Test
    void aServerThatMayEvictJobsIsRefusedUnlessThatIsAllowed(Standalone redis) {
        redis.command("CONFIG", "SET", "maxmemory", "1gb");
        redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        try {
            JobQueue jobs = kw.jobs("evicted");
            assertThatThrownBy(() -> jobs.enqueue(MAIL, "x"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("allkeys-lru")
                    .hasMessageContaining("withEviction");
            assertThat(jobs.enqueueAsync(MAIL.job("x"))).failsWithin(Duration.ofSeconds(10));
            assertThat(jobs.stats().ready()).isZero();
            JobQueue allowed = kw.jobs("evicted", JobOptions.DEFAULTS.withEviction());
            assertThat(allowed.enqueue(MAIL, "x").added()).isTrue();
            redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
            assertThat(jobs.enqueue(MAIL, "y").added()).isTrue();
        } finally {
            redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void theCheckNamesAServerWithoutAnAppendOnlyFile(Standalone redis) {
        redis.command("CONFIG", "SET", "appendonly", "no");
        assertThat(kw.check()).noneMatch(problem -> problem.what().contains("append-only"));
        JobQueue unused = kw.jobs("kept");
        assertThat(kw.check()).anySatisfy(problem -> {
            assertThat(problem.what()).contains("append-only");
            assertThat(problem.fix()).contains("appendonly yes");
        });
        redis.command("CONFIG", "SET", "appendonly", "yes");
        try {
            assertThat(kw.check()).noneMatch(problem -> problem.what().contains("append-only"));
        } finally {
            redis.command("CONFIG", "SET", "appendonly", "no");
        }
    }
}
