package dev.keywright.ops.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Session;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * RPUSH followed by WAIT: acknowledged when so many replicas have the write. WAIT speaks of the writes of its own connection and
 * holds that connection up, so each key has one; a connection that failed is opened again in the background, and until then the
 * key's writes are not executed.
 */
final class WaitingAppender implements Appender {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Connection connection;
    private final Command wait;
    private final Duration timeout;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final ExecutorService openers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "keywright-drill-opener");
        thread.setDaemon(true);
        return thread;
    });
    private final int replicas;
    private volatile boolean closed;

    WaitingAppender(Connection connection, List<String> keys, int replicas, Duration timeout) {
        this.connection = connection;
        this.replicas = replicas;
        this.timeout = timeout;
        this.wait = Command.named("WAIT")
                .argument(replicas)
                .argument(Math.max(1, timeout.toMillis() * 9 / 10))
                .build();
        keys.forEach(key -> sessions.put(key, connection.dedicated(key.getBytes(UTF_8))));
    }

    @Override
    public CompletionStage<Outcome> append(String key, int number) {
        Session session = sessions.get(key);
        if (session == null) {
            return CompletableFuture.completedStage(Outcome.NOT_EXECUTED);
        }
        CompletionStage<Outcome> written =
                session.send(Appender.rpush(key, number), timeout).handle(Outcome::of);
        CompletionStage<Boolean> copied = session.send(wait, timeout).handle(this::enough);
        return written.thenCombine(copied, (outcome, enough) -> {
            if (outcome != Outcome.ACKNOWLEDGED) {
                replace(key, session);
                return outcome;
            }
            return enough ? Outcome.ACKNOWLEDGED : Outcome.UNKNOWN;
        });
    }

    private boolean enough(@Nullable Reply reply, @Nullable Throwable failure) {
        return reply instanceof Reply.Whole confirmed && confirmed.value() >= replicas;
    }

    private void replace(String key, Session broken) {
        if (!closed && sessions.remove(key, broken)) {
            openers.execute(() -> {
                broken.close();
                open(key);
            });
        }
    }

    private void open(String key) {
        while (!closed) {
            try {
                sessions.put(key, connection.dedicated(key.getBytes(UTF_8)));
                return;
            } catch (KeywrightException nobodyThereYet) {
                Patience.pause(PAUSE);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        openers.shutdown();
        try {
            if (!openers.awaitTermination(10, TimeUnit.SECONDS)) {
                openers.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        sessions.values().forEach(Session::close);
    }
}
