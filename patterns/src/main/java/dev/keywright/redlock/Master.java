package dev.keywright.redlock;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.ConnectionOptions;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import dev.keywright.lease.Lease;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One of the masters, which may be away when it is first asked; then it is connected to later, in the background. */
final class Master implements AutoCloseable {

    private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Command SERVER =
            Command.named("INFO").argument("server").buildRepeatable();
    private static final Command PING = Command.named("PING").buildRepeatable();
    private static final Pattern RUN_ID = Pattern.compile("run_id:(\\w+)");

    /** Where a master was found, and which process it is; empty when it may not be asked. */
    record Found(Connection connection, String runId) {}

    /** Why it did not answer, and until when nobody need wait for it because of that. */
    private record Silence(String why, long until) {}

    private final RedisUri uri;
    private final ConnectionOptions options;
    private final Executor executor;
    private CompletableFuture<Found> opening;
    private long failedAt;
    private boolean closed;
    private volatile @Nullable Silence silence;
    private final AtomicBoolean probing = new AtomicBoolean();

    Master(RedisUri uri, ConnectionOptions options, Executor executor) {
        this.uri = uri;
        this.options = options;
        this.executor = executor;
        this.opening = open();
    }

    private CompletableFuture<Found> open() {
        return CompletableFuture.supplyAsync(this::found, executor);
    }

    private Found found() {
        Connection connection = null;
        try {
            connection = Connection.open(uri, options);
            return new Found(connection, identity(connection));
        } catch (KeywrightException e) {
            if (connection != null) {
                connection.close();
            }
            synchronized (this) {
                failedAt = Lease.now();
            }
            throw e;
        }
    }

    private static String identity(Connection connection) {
        Topology.Kind kind = kind(connection);
        if (kind != Topology.Kind.STANDALONE) {
            throw new KeywrightException.Misused(connection + " is no master by itself (" + kind
                    + "). Redlock wants masters that know nothing of each"
                    + " other; for a Cluster, Sentinels or replicas use Keywright.lock.");
        }
        Reply info = connection.call(SERVER);
        Matcher id = RUN_ID.matcher(info instanceof Reply.Text text ? text.text() : "");
        return id.find() ? id.group(1) : "";
    }

    private static Topology.Kind kind(Connection connection) {
        try {
            return connection.topology().kind();
        } catch (KeywrightException.Misused mayNotAsk) {
            return Topology.Kind.STANDALONE; // a replica will refuse the scripts
        }
    }

    /** Connected, or on the way; one that failed is tried again after a pause. */
    synchronized CompletableFuture<Found> connection() {
        if (!closed && opening.isCompletedExceptionally() && Lease.now() - failedAt > AGAIN) {
            opening = open();
        }
        return opening;
    }

    /** Its answer, or a failure, within the time. */
    CompletionStage<Reply> ask(Script.Invocation question, Duration timeout) {
        CompletableFuture<Found> found = connection();
        if (found.isDone() && !found.isCompletedExceptionally()) {
            return question.send(found.join().connection(), timeout);
        }
        long start = Lease.now();
        return found.copy()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .thenCompose(now -> question.send(
                        now.connection(), Duration.ofNanos(Math.max(1, timeout.toNanos() - (Lease.now() - start)))));
    }

    /**
     * As {@link #ask}, but fails at once when it did not answer a moment ago: those who ask it again and again need not wait each time. As
     * long as they do, it is looked for in the background.
     */
    CompletionStage<Reply> askIfHeard(Script.Invocation question, Duration timeout) {
        Silence now = silence;
        if (now != null && Lease.now() < now.until()) {
            probe(timeout);
            return CompletableFuture.failedStage(new KeywrightException.Unavailable(now.why(), false));
        }
        return ask(question, timeout).whenComplete((reply, failure) -> heard(failure, timeout));
    }

    private void probe(Duration timeout) {
        if (probing.compareAndSet(false, true)) {
            CompletionStage<Reply> unused = connection()
                    .copy()
                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .thenCompose(found -> found.connection().send(PING, timeout))
                    .whenComplete((reply, failure) -> {
                        heard(failure, timeout);
                        probing.set(false);
                    });
        }
    }

    private void heard(@Nullable Throwable failure, Duration timeout) {
        if (failure == null) {
            silence = null;
            return;
        }
        Vote vote = Vote.ofFailure(failure);
        if (vote.is(Vote.Kind.AWAY)) {
            silence = new Silence(vote.why(), Lease.now() + 2 * timeout.toNanos());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        CompletableFuture<Void> unused =
                opening.thenAccept(found -> found.connection().close());
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return uri.toString();
    }
}
