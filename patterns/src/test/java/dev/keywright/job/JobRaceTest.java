package dev.keywright.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.lease.Lessee;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Several workers at once, and somebody who looks whether each job is in exactly one state. */
@WithRedis
class JobRaceTest {

    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());

    @Test
    void q4_eachJobIsDoneOnceAndInOneStateAtAnyInstant(Standalone redis) {
        Map<String, Integer> done = new ConcurrentHashMap<>();
        List<Keywright> processes = new ArrayList<>();
        List<JobWorker> workers = new ArrayList<>();
        JobOptions options = JobOptions.DEFAULTS
                .withBackoff(Backoff.fixed(Duration.ofMillis(5)))
                .withDone(200, Duration.ofMinutes(1));
        for (int i = 0; i < 4; i++) {
            Keywright kw = Keywright.connect(redis.uri());
            processes.add(kw);
            workers.add(kw.jobs("race", options)
                    .worker()
                    .threads(4)
                    .on(MAIL, job -> {
                        if (job.attempt() == 1 && ThreadLocalRandom.current().nextInt(10) == 0) {
                            throw new IllegalStateException("bad luck");
                        }
                        done.merge(job.value(), 1, Integer::sum);
                    })
                    .start());
        }
        Keywright kw = processes.get(0);
        JobQueue jobs = kw.jobs("race", options);
        int all = 3_000;
        for (int from = 0; from < all; from += 50) {
            List<NewJob<String>> some = new ArrayList<>();
            for (int i = from; i < from + 50; i++) {
                NewJob<String> job =
                        MAIL.job("v" + i).withPriority(i % 3).withDelay(Duration.ofMillis(i % 7 == 0 ? 20 : 0));
                some.add(i % 5 == 0 ? job.withKey("k" + i % 50) : job);
            }
            jobs.enqueueAll(some);
            assertThat(Ledger.faults(kw.connection(), "race")).isEmpty();
        }
        await().until(() -> {
            assertThat(Ledger.faults(kw.connection(), "race")).isEmpty();
            return jobs.stats().totalDone() == all;
        });
        workers.forEach(JobWorker::close);
        assertThat(done)
                .hasSize(all)
                .allSatisfy((value, times) -> assertThat(times).isEqualTo(1));
        assertThat(jobs.stats().late()).isZero();
        processes.forEach(Keywright::close);
    }

    /** Q3: a worker whose clock stands still while another one does its job. */
    @Test
    void q3_aResultOfAnAttemptThatIsOverIsRefused(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Lessee lessee = new Lessee(kw.connection())) {
            JobOptions options = JobOptions.DEFAULTS.withLease(Duration.ofMillis(100));
            JobKeys keys = new JobKeys(lessee, "late", options);
            JobQueue jobs = kw.jobs("late", options);
            String id = jobs.enqueue(MAIL, "a").id();
            Header first = take(keys, "one-1").orElseThrow();
            await().until(() -> take(keys, "two-" + System.nanoTime()).isPresent());
            assertThat(tell(keys, "one-2", Report.done(first, new byte[0]))).isZero();
            assertThat(jobs.find(id).orElseThrow().state()).isNotEqualTo(JobState.DONE);
            assertThat(jobs.stats().late()).isEqualTo(1);
        }
    }

    /** Q3: a failover has lost that the job was taken; the new master gives it away once more. */
    @Test
    void q3_noTwoTakesAreTheSameAlsoWhereWritesWereLost(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Lessee lessee = new Lessee(kw.connection())) {
            JobKeys keys = new JobKeys(lessee, "forked", JobOptions.DEFAULTS);
            JobQueue jobs = kw.jobs("forked");
            String id = jobs.enqueue(MAIL, "a").id();
            String before = redis.command("HGET", "job:{forked}:jobs", "j" + id).strip();
            Header first = take(keys, "one-1").orElseThrow();
            redis.command("HSET", "job:{forked}:jobs", "j" + id, before);
            redis.command("DEL", "job:{forked}:active");
            redis.command("ZADD", "job:{forked}:ready", "1", id);
            Header second = take(keys, "two-1").orElseThrow();
            assertThat(second.run()).isNotEqualTo(first.run());
            assertThat(tell(keys, "one-2", Report.done(first, new byte[0]))).isZero();
            assertThat(tell(keys, "two-2", Report.done(second, new byte[0]))).isEqualTo(1);
        }
    }

    /** X1: a call that a broken connection delivers after the next one was answered takes jobs for nobody. */
    @Test
    void x1_aCallThatComesAfterTheNextOneIsVoid(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Lessee lessee = new Lessee(kw.connection())) {
            JobKeys keys = new JobKeys(lessee, "order", JobOptions.DEFAULTS);
            kw.jobs("order").enqueueAll(List.of(MAIL.job("a"), MAIL.job("b")));
            byte[] told = keys.told("one");
            for (String call : List.of("one-8", "one-9", "one-7", "one-8")) {
                var unused = keys.call(keys.move(told, call, call.equals("one-9") ? 0 : 1, Duration.ZERO, List.of()));
            }
            assertThat(kw.jobs("order").stats().active()).isEqualTo(1);
        }
    }

    private static Optional<Header> take(JobKeys keys, String call) {
        var jobs = keys.call(keys.move(keys.told(call), call, 1, Duration.ZERO, List.of()))
                .items()
                .get(3)
                .items();
        return jobs.isEmpty()
                ? Optional.empty()
                : Optional.of(new Header(jobs.get(0).bytes(), jobs.get(1).bytes()));
    }

    private static long tell(JobKeys keys, String call, Report report) {
        return keys.call(keys.move(keys.told(call), call, 0, Duration.ZERO, List.of(report)))
                .items()
                .get(2)
                .items()
                .get(0)
                .number();
    }
}
