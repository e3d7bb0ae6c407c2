package dev.keywright.ops.drill;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.drill.Operation.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads at a fixed rate, each write of which can be judged afterwards.
 * <ul>
 *   <li>Open loop: an operation is sent when it is due, whatever became of the ones before; latencies count from that moment, so
 *       a server that stands still is not hidden by a client that waits for it.
 *   <li>A write is {@code RPUSH key number}, the number one higher for each write of the key: a lost write is a number that is
 *       missing at the end, a write done twice is there twice. Never repeated by the client. Keys lie evenly over all hash slots.
 *   <li>A read is {@code LRANGE key -32 -1}; it is stale when it returns less than what was acknowledged before it was sent.
 *       Every other read asks for the key that was acknowledged last.
 *   <li>Memory: 80 bytes per operation here, some 6 bytes per write on the server; keys expire, and {@link #close()} removes them.
 *   <li>Threads: one that sends; {@link #start} to {@link #close} are called by one other.
 * </ul>
 */
public final class CheckedWorkload implements AutoCloseable {

    private static final double NANOS = 1e9;
    private static final int TAIL = 32;
    /** Short, because it is also for how long a frozen server holds up whoever connects to it. */
    private static final Duration CONNECT = Duration.ofSeconds(3);

    private static final int RENEWALS_PER_SECOND = 10;
    private static final Duration READ_BACK = Duration.ofSeconds(10);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    /**
     * @param rate operations per second
     * @param readRatio the share of them that read, 0 up to and without 1
     * @param keys how many keys are written
     * @param timeout of one operation, waiting for a lost connection included
     * @param waitReplicas with more than 0, a write counts as acknowledged when {@code WAIT} said that so many replicas have it
     * @param ttl after which keys vanish that are neither written nor removed any more
     */
    public record Options(int rate, double readRatio, int keys, Duration timeout, int waitReplicas, Duration ttl) {

        /** 400 writes and 100 reads per second on 48 keys, 1 s of patience each. */
        public static final Options DEFAULTS = new Options(500, 0.2, 48, Duration.ofSeconds(1), 0, Duration.ofHours(1));

        public Options {
            require(rate >= 1, "rate is " + rate + "; give 1 or more operations per second");
            require(readRatio >= 0 && readRatio < 1, "readRatio is " + readRatio + "; give 0 or more and less than 1");
            require(keys >= 1 && keys <= 4_096, "keys is " + keys + "; give 1 to 4096");
            require(waitReplicas >= 0, "waitReplicas is " + waitReplicas + "; give 0 or more");
            require(timeout.toMillis() >= 1, "timeout is " + timeout + "; give 1 ms or more");
            require(ttl.toSeconds() >= 1, "ttl is " + ttl + "; give 1 s or more");
        }

        public Options withRate(int newRate) {
            return new Options(newRate, readRatio, keys, timeout, waitReplicas, ttl);
        }

        public Options withTimeout(Duration newTimeout) {
            return new Options(rate, readRatio, keys, newTimeout, waitReplicas, ttl);
        }

        public Options withWaitReplicas(int newWaitReplicas) {
            return new Options(rate, readRatio, keys, timeout, newWaitReplicas, ttl);
        }

        /** Options of a connection that lets all operations of its timeout wait, rather than the first thousand. */
        public ConnectionOptions connection() {
            int waiting = (int) Math.min(1_000_000, Math.max(1_024, 2L * rate * timeout.toMillis() / 1_000));
            return ConnectionOptions.DEFAULTS
                    .withTimeout(timeout)
                    .withConnectTimeout(CONNECT)
                    .withMaxWaiting(waiting)
                    .withClientName("keywright-drill");
        }

        private static void require(boolean condition, String message) {
            if (!condition) {
                throw new IllegalArgumentException(message);
            }
        }
    }

    private final Connection primary;
    private final @Nullable Connection replicas;
    private final Options options;
    private final KeySet keys;
    private final Appender appender;
    private final Ledger ledger;
    private final AtomicIntegerArray acknowledged;
    private final AtomicLongArray acknowledgedAt;
    private final AtomicInteger open = new AtomicInteger();
    private final long start = System.nanoTime();
    private final Thread sender = new Thread(this::send, "keywright-drill-sender");
    private volatile int latest;
    private volatile boolean stopping;
    private volatile long end;
    private int writes;
    private int reads;

    private CheckedWorkload(Connection primary, @Nullable Connection replicas, Options options) {
        this.primary = primary;
        this.replicas = replicas;
        this.options = options;
        this.keys =
                KeySet.spread("keywright-drill:" + UUID.randomUUID().toString().substring(0, 8), options.keys());
        this.appender = options.waitReplicas() == 0
                ? Appender.plain(primary, options.timeout())
                : new WaitingAppender(primary, keys.names(), options.waitReplicas(), options.timeout());
        this.ledger = new Ledger(keys.size());
        this.acknowledged = new AtomicIntegerArray(keys.size());
        this.acknowledgedAt = new AtomicLongArray(keys.size());
    }

    /** Begins at once, over a connection that stays the caller's; see {@link Options#connection()}. */
    public static CheckedWorkload start(Connection primary, Options options) {
        return started(new CheckedWorkload(primary, null, options));
    }

    /** As {@link #start(Connection, Options)}, with half of the reads over a connection that reads from replicas where there are any. */
    public static CheckedWorkload start(Connection primary, Connection replicas, Options options) {
        return started(new CheckedWorkload(primary, replicas, options));
    }

    private static CheckedWorkload started(CheckedWorkload workload) {
        workload.sender.setDaemon(true);
        workload.sender.start();
        return workload;
    }

    /** The time since the start, by which all times of this workload count. */
    public Duration elapsed() {
        return Duration.ofNanos(now());
    }

    /** How many keys there are; they are known by their index. */
    public int keys() {
        return keys.size();
    }

    /** The hash slot of a key. */
    public int slotOf(int key) {
        return keys.slotOf(key);
    }

    String name(int key) {
        return keys.name(key);
    }

    /** What all keys begin with. */
    public String prefix() {
        return keys.prefix();
    }

    /** Whether a write that was sent at that time or later has been acknowledged on every one of these keys; while it runs. */
    public boolean acknowledgedSince(Duration time, IntPredicate which) {
        for (int key = 0; key < keys.size(); key++) {
            if (which.test(key) && acknowledgedAt.get(key) < time.toNanos()) {
                return false;
            }
        }
        return true;
    }

    /** Sends nothing any more and waits until every operation has come to its end; at most its timeout and 5 s. */
    public void stop() {
        stopping = true;
        Patience.await(options.timeout(), () -> !sender.isAlive());
        Patience.await(options.timeout().plusSeconds(5), () -> open.get() == 0);
        end = now();
    }

    /** The longest time without an acknowledged write on these keys that ended after {@code from}; call after {@link #stop()}. */
    public Optional<Gap> longestWriteGap(IntPredicate which, Duration from) {
        return ledger.longestGap(Kind.WRITE, which, from, Duration.ofNanos(end));
    }

    /** The same of reads from the primary. */
    public Optional<Gap> longestReadGap(IntPredicate which, Duration from) {
        return ledger.longestGap(Kind.READ, which, from, Duration.ofNanos(end));
    }

    /** When the first write on these keys failed, at {@code from} or later; call after {@link #stop()}. */
    public Optional<Duration> firstFailure(IntPredicate which, Duration from) {
        return ledger.firstFailure(which, from);
    }

    /** What happened second by second; call after {@link #stop()}. */
    public List<Second> seconds() {
        return ledger.seconds();
    }

    /**
     * Reads every key back from its primary and compares it with what the client was told; call after {@link #stop()}.
     *
     * @param patience how long to go on asking when servers do not answer yet
     * @throws OpsException when a key cannot be read in that time
     */
    public Audit audit(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Ledger.Tally tally = new Ledger.Tally();
        for (int key = 0; key < keys.size(); key++) {
            ledger.compare(key, numbers(readBack(keys.name(key), deadline)), tally);
        }
        return new Audit(
                tally.writes(),
                ledger.reads(Kind.READ),
                replicas == null ? Optional.empty() : Optional.of(ledger.reads(Kind.REPLICA_READ)),
                Latency.of(Ledger.histogram(ledger.all(Kind.WRITE))));
    }

    private Reply readBack(String key, long deadline) {
        while (true) {
            String trouble;
            try {
                Reply reply = primary.call(lrange(key, 0), READ_BACK);
                if (!(reply instanceof Reply.Failure failure)) {
                    return reply;
                }
                trouble = failure.message();
            } catch (KeywrightException.Unavailable unavailable) {
                trouble = String.valueOf(unavailable.getMessage());
            }
            if (deadline - System.nanoTime() <= 0 || !Patience.pause(BETWEEN_TRIES)) {
                throw new OpsException("The writes cannot be checked, key " + key + " is not answered: " + trouble
                        + " (" + primary + "). Bring the servers back and repeat the drill.");
            }
        }
    }

    /** Removes the keys; those of servers that do not answer expire. */
    @Override
    public void close() {
        if (!stopping) {
            stop();
        }
        appender.close();
        for (String name : keys.names()) {
            try {
                Reply ignored = primary.call(Command.named("UNLINK").key(name).buildRepeatable());
            } catch (KeywrightException expiresLater) {
                return;
            }
        }
    }

    private long now() {
        return System.nanoTime() - start;
    }

    // --- sending

    private void send() {
        int renewEvery = Math.max(1, options.rate() / RENEWALS_PER_SECOND);
        for (long number = 0; !stopping; number++) {
            long due = (long) (number * NANOS / options.rate());
            for (long left = due - now(); left > 0 && !stopping; left = due - now()) {
                LockSupport.parkNanos(left);
            }
            if (isRead(number)) {
                read(due);
            } else {
                write(due);
            }
            if (number % renewEvery == 0) {
                renew((int) (number / renewEvery % keys.size()));
            }
        }
    }

    private boolean isRead(long number) {
        return (long) ((number + 1) * options.readRatio()) > (long) (number * options.readRatio());
    }

    private void write(long due) {
        int key = writes++ % keys.size();
        Operation write = ledger.write(key, due, now());
        settle(appender.append(keys.name(key), write.number), write, outcome -> {
            write.outcome = outcome;
            if (write.acknowledged()) {
                acknowledged.accumulateAndGet(key, write.number, Math::max);
                acknowledgedAt.accumulateAndGet(key, write.sent, Math::max);
                latest = key;
            }
        });
    }

    private void read(long due) {
        int number = reads++;
        int key = number % 2 == 0 ? latest : number / 2 % keys.size();
        Connection other = number % 4 < 2 ? null : replicas;
        Connection from = other == null ? primary : other;
        Operation read =
                ledger.read(other == null ? Kind.READ : Kind.REPLICA_READ, key, acknowledged.get(key), due, now());
        settle(from.send(lrange(keys.name(key), -TAIL), options.timeout()).handle(Answer::new), read, answer -> {
            read.outcome = Outcome.of(answer.reply(), answer.failure());
            if (read.acknowledged() && answer.reply() != null) {
                for (int found : numbers(answer.reply())) {
                    read.seen = Math.max(read.seen, found);
                }
            }
        });
    }

    private record Answer(@Nullable Reply reply, @Nullable Throwable failure) {}

    private <T> void settle(CompletionStage<T> answer, Operation operation, Consumer<T> record) {
        operation.done = operation.scheduled + options.timeout().toNanos(); // unless an answer says otherwise
        open.incrementAndGet();
        CompletionStage<T> unused = answer.whenComplete((value, bug) -> {
            operation.done = now();
            if (bug == null) {
                record.accept(value);
            }
            open.decrementAndGet();
        });
    }

    private void renew(int key) {
        Command expire = Command.named("EXPIRE")
                .key(keys.name(key))
                .argument(options.ttl().toSeconds())
                .buildRepeatable();
        CompletionStage<Reply> unused = primary.send(expire, options.timeout());
    }

    private static Command lrange(String key, int from) {
        return Command.named("LRANGE").key(key).argument(from).argument(-1).buildReadOnly();
    }

    private static int[] numbers(Reply list) {
        List<Integer> numbers = new ArrayList<>();
        for (Reply item : list.items()) {
            numbers.add(Integer.parseInt(new String(item.bytes(), StandardCharsets.US_ASCII)));
        }
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
