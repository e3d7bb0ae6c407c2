package dev.keywright.lease;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One who holds leases over a connection, and what all of them share: a name, a clock, bells and threads. Threads: any number. */
public final class Lessee implements AutoCloseable {

    /** What the channels begin with over which those who wait are woken; the name of the lessee follows. */
    public static final byte[] CHANNEL = "wake!".getBytes(US_ASCII);

    /** The channels, as rights on them are written. */
    public static final List<String> CHANNELS = List.of("wake!*");

    /** How many letters the name of a lessee has, which is what every owner begins with; scripts count on it. */
    public static final int NAME_LETTERS = 22;

    private static final int NAME_BYTES = 16;
    private static final int MOST_THREADS = 256;
    private static final int WAKERS = 4; // which never wait, and run nothing of users
    private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(500);

    private final Connection connection;
    private final ExecutorService executor = pool("keywright-holders", MOST_THREADS);
    private final Leases leases;
    private final Bells bells;
    private final String name = newName();
    private final AtomicLong holds = new AtomicLong();

    public Lessee(Connection connection) {
        this.connection = connection;
        this.leases = new Leases(connection);
        this.bells =
                new Bells(connection, new String(CHANNEL, US_ASCII) + name, leases, pool("keywright-wakes", WAKERS));
    }

    /** Threads start when needed and end when idle. */
    private static ExecutorService pool(String name, int most) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(most, most, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static String newName() {
        byte[] id = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    public Connection connection() {
        return connection;
    }

    /** For listeners of users, which may take their time: up to {@value #MOST_THREADS} at once. */
    public ExecutorService executor() {
        return executor;
    }

    public Leases leases() {
        return leases;
    }

    public Bells bells() {
        return bells;
    }

    /** Of one hold and no other, of no other process either: letters, digits, '-' and '_'. */
    public String newOwner() {
        return name + '-' + Long.toString(holds.incrementAndGet(), Character.MAX_RADIX);
    }

    /** Within which a command is answered. */
    public Duration deadline(Optional<Duration> asked) {
        return asked.orElse(connection.options().timeout());
    }

    /**
     * Gives back what may be held although no answer came. Nobody waits for it; it is tried until the lease would be over.
     *
     * @param release which may be sent more than once
     */
    public void freeLater(Script.Invocation release, Duration deadline, Duration lease) {
        freeLater(release.repeatable(), deadline, Lease.now() + lease.toNanos());
    }

    private void freeLater(Script.Invocation release, Duration deadline, long until) {
        CompletionStage<Reply> answer = release.send(connection, deadline).thenApply(reply -> reply.orThrow("release"));
        CompletionStage<Reply> unused = answer.whenComplete((reply, away) -> {
            if (away != null && Lease.now() + AGAIN < until && !leases.isClosed()) {
                Future<?> unusedAlarm = leases.later(() -> freeLater(release, deadline, until), AGAIN);
            }
        });
    }

    /** Nothing is renewed from now on; holders are told that they lost, and what they had ends on the server with its lease. */
    @Override
    public void close() {
        leases.close();
        bells.close();
    }
}
