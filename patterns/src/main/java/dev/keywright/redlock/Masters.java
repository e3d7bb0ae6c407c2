package dev.keywright.redlock;

import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.RedisUri;
import dev.keywright.lease.Lease;
import dev.keywright.script.Script;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The masters, and what all locks over them share: a clock that never waits, threads, and who is to be told when this closes. */
final class Masters implements AutoCloseable {

    private static final int NAME_BYTES = 16;
    private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(500);

    final List<Master> all;
    private final ThreadPoolExecutor executor;
    private final ScheduledThreadPoolExecutor clock;
    private final Set<Runnable> farewells = ConcurrentHashMap.newKeySet();
    private final String name;
    private final AtomicLong owners = new AtomicLong();
    private volatile boolean closed;

    Masters(List<RedisUri> uris, ConnectionOptions options) {
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "keywright-redlock");
            thread.setDaemon(true);
            return thread;
        };
        this.executor =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons);
        this.clock = new ScheduledThreadPoolExecutor(1, daemons);
        clock.setKeepAliveTime(10, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        clock.setRemoveOnCancelPolicy(true);
        byte[] id = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(id);
        this.name = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
        this.all = uris.stream().map(uri -> new Master(uri, options, executor)).toList();
    }

    /** For listeners of users and for what may take its time. */
    Executor executor() {
        return executor;
    }

    /** Of one asking and no other, of no other process either. */
    String newOwner() {
        return name + '-' + Long.toString(owners.incrementAndGet(), Character.MAX_RADIX);
    }

    /** Runs work later, on the thread of the clock, which it must not block; never when this is closed. */
    Future<?> later(Runnable work, long nanos) {
        try {
            return clock.schedule(work, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException over) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** To be told when this closes; at once when it is closed. */
    void whenClosed(Runnable farewell) {
        farewells.add(farewell);
        if (closed) {
            farewell.run();
        }
    }

    void forget(Runnable farewell) {
        farewells.remove(farewell);
    }

    boolean isClosed() {
        return closed;
    }

    /** How many are to be told when this closes: who holds or asks. */
    int busy() {
        return farewells.size();
    }

    /** Tells one master, though nobody waits for it, until it has answered or the lease is over. */
    void tell(Master master, Script.Invocation release, Duration timeout, long until) {
        CompletionStage<Vote> unused = vote(master, release, timeout).thenApply(vote -> {
            if (vote.is(Vote.Kind.AWAY) && Lease.now() + AGAIN < until) {
                Future<?> unusedAlarm = later(() -> tell(master, release, timeout, until), AGAIN);
            }
            return vote;
        });
    }

    /** What a master says to a question of an owner's. */
    CompletionStage<Vote> vote(Master master, Script.Invocation question, Duration timeout) {
        return master.ask(question, timeout)
                .thenApply(reply -> Vote.ofOwner(reply, master.toString()))
                .exceptionally(Vote::ofFailure);
    }

    @Override
    public void close() {
        closed = true;
        clock.shutdownNow();
        farewells.forEach(Runnable::run);
        all.forEach(Master::close);
    }
}
