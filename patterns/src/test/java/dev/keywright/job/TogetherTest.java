package dev.keywright.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threads that enqueue at the same time: few scripts, and to each its own answer. The server is frozen while they gather. */
@WithRedis
class TogetherTest {

    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());
    private static final JobOptions PATIENT = JobOptions.DEFAULTS.withDeadline(Duration.ofSeconds(30));

    private Keywright kw;

    @BeforeEach
    void connect(Standalone redis) {
        kw = Keywright.connect(redis.uri());
    }

    @AfterEach
    void close() {
        kw.close();
    }

    /** A thread that enqueues one job. */
    private static final class Producer {

        final CompletableFuture<Enqueued> answer = new CompletableFuture<>();
        final Thread thread;

        Producer(JobQueue jobs, String id) {
            thread = new Thread(() -> {
                try {
                    answer.complete(jobs.enqueue(MAIL.job(id).withId(id)));
                } catch (KeywrightException e) {
                    answer.completeExceptionally(e);
                }
            });
            thread.start();
        }

        boolean isIn(Class<?> waits) {
            return LockSupport.getBlocker(thread) != null && waits.isInstance(LockSupport.getBlocker(thread));
        }

        KeywrightException failure() {
            return (KeywrightException) answer.handle((added, e) -> e).join();
        }
    }

    /** One whose job is under way, and others that wait for the next script. */
    private static List<Producer> gather(Standalone redis, JobQueue jobs, int others) {
        redis.freeze();
        List<Producer> producers = new ArrayList<>(List.of(new Producer(jobs, "a0")));
        await().until(() -> producers.get(0).thread.getState() == Thread.State.TIMED_WAITING);
        for (int i = 1; i <= others; i++) {
            Producer next = new Producer(jobs, "a" + i);
            producers.add(next);
            await().until(() -> next.isIn(Together.class));
        }
        return producers;
    }

    private static long scripts(Standalone redis) {
        var calls = Pattern.compile("cmdstat_evalsha:calls=(\\d+)").matcher(redis.command("INFO", "commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Test
    void manyThreadsCostFewScripts(Standalone redis) {
        JobQueue jobs = kw.jobs("few", PATIENT);
        jobs.enqueue(MAIL, "first");
        long before = scripts(redis);
        List<Producer> producers = gather(redis, jobs, 40);
        redis.thaw();
        for (int i = 0; i <= 40; i++) {
            assertThat(producers.get(i).answer.join()).isEqualTo(new Enqueued("a" + i, true));
        }
        assertThat(scripts(redis) - before).isEqualTo(2);
        assertThat(jobs.stats().ready()).isEqualTo(42);
        assertThat(Ledger.faults(kw.connection(), "few")).isEmpty();
    }

    @Test
    void whereThereIsRoomForSomeTheyAreAdded(Standalone redis) {
        JobQueue jobs = kw.jobs("full", PATIENT.withMaxWaiting(3));
        jobs.enqueue(MAIL, "first");
        List<Producer> producers = gather(redis, jobs, 5);
        redis.thaw();
        List<Producer> refused = producers.stream()
                .filter(producer -> producer.failure() != null)
                .toList();
        assertThat(refused)
                .hasSize(4)
                .allSatisfy(
                        producer -> assertThat(producer.failure()).hasMessageContaining("As many jobs wait as may, 3"));
        assertThat(jobs.stats().ready()).isEqualTo(3);
    }

    @Test
    void oneThatIsInterruptedWhileItWaitsIsNotAddedAndTheOthersAre(Standalone redis) throws InterruptedException {
        JobQueue jobs = kw.jobs("waits", PATIENT);
        jobs.enqueue(MAIL, "first");
        List<Producer> producers = gather(redis, jobs, 3);
        producers.get(2).thread.interrupt();
        producers.get(2).thread.join();
        redis.thaw();
        assertThat(producers.get(2).failure())
                .isInstanceOfSatisfying(
                        KeywrightException.Unavailable.class,
                        e -> assertThat(e.outcomeUnknown()).isFalse())
                .hasMessageContaining("The job was not added");
        for (int i : List.of(0, 1, 3)) {
            assertThat(producers.get(i).answer.join().added()).isTrue();
        }
        assertThat(jobs.find("a2")).isEmpty();
    }

    @Test
    void oneThatIsInterruptedWhileItSendsForOthersConcernsNoneOfThem(Standalone redis) throws InterruptedException {
        JobQueue jobs = kw.jobs("sends", PATIENT);
        jobs.enqueue(MAIL, "first");
        List<Producer> producers = gather(redis, jobs, 3);
        producers.get(0).thread.interrupt(); // so the next sends for all that wait
        producers.get(0).thread.join();
        await().until(() -> !producers.get(1).isIn(Together.class));
        producers.get(1).thread.interrupt();
        await().until(() ->
                producers.get(1).answer.isDone() || !producers.get(1).thread.isInterrupted());
        redis.thaw();
        assertThat(producers.get(1).failure()).isInstanceOf(KeywrightException.Unavailable.class);
        for (int i = 2; i <= 3; i++) {
            assertThat(producers.get(i).answer.join().id()).isEqualTo("a" + i);
            assertThat(jobs.find("a" + i)).isPresent();
        }
        assertThat(Ledger.faults(kw.connection(), "sends")).isEmpty();
    }

    @Test
    void whoHasNoAnswerInTimeIsToldWhetherItWasSent(Standalone redis) {
        JobQueue jobs = kw.jobs("late", JobOptions.DEFAULTS.withDeadline(Duration.ofMillis(500)));
        jobs.enqueue(MAIL, "first");
        List<Producer> producers = gather(redis, jobs, 2);
        assertThat(producers)
                .allSatisfy(
                        producer -> assertThat(producer.failure()).isInstanceOf(KeywrightException.Unavailable.class));
        redis.thaw();
        for (Producer producer : producers) {
            boolean unknown = ((KeywrightException.Unavailable) producer.failure()).outcomeUnknown();
            String id = "a" + producers.indexOf(producer);
            assertThat(unknown || jobs.find(id).isEmpty()).as(id).isTrue();
        }
        assertThat(jobs.enqueue(MAIL.job("again").withId("a0")).id()).isEqualTo("a0");
    }

    @Test
    void aWrongKeyIsToldToAll(Standalone redis) {
        JobQueue jobs = kw.jobs("wrong", PATIENT);
        jobs.enqueue(MAIL, "first");
        redis.command("SET", "job:{wrong}:ready", "mine");
        List<Producer> producers = gather(redis, jobs, 3);
        redis.thaw();
        assertThat(producers)
                .allSatisfy(producer -> assertThat(producer.failure()).isInstanceOf(KeywrightException.Misused.class));
        assertThatThrownBy(() -> jobs.enqueue(MAIL, "more")).isInstanceOf(KeywrightException.Misused.class);
        assertThat(redis.command("GET", "job:{wrong}:ready")).isEqualTo("mine");
        assertThat(redis.command("HLEN", "job:{wrong}:jobs")).isEqualTo("2"); // of the first; nothing is half done
    }
}
