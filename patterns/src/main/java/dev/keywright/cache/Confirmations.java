package dev.keywright.cache;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Waits until replicas, or the disk, have what was written before. WAIT holds up its connection, so each partition has one of its own: a
 * mark is written there, after the change, and WAIT is for the mark. Callers who come while one wait is under way share the next one. When a
 * wait breaks, whoever queued behind it fails too: on a new connection, after a failover, the mark would be confirmed and the change gone.
 */
final class Confirmations implements AutoCloseable {

    private final Connection connection;
    private final ChangeLog log;
    private final WriteBehindOptions.Confirmation wanted;
    private final Duration timeout;
    private final Partition[] partitions;
    private volatile boolean closed;

    Confirmations(Connection connection, ChangeLog log, int partitions, WriteBehindOptions.Confirmation wanted) {
        this.connection = connection;
        this.log = log;
        this.wanted = wanted;
        this.timeout = wanted.within().plus(connection.options().timeout());
        this.partitions = new Partition[partitions];
        for (int i = 0; i < partitions; i++) {
            this.partitions[i] = new Partition(i);
        }
    }

    /** Done when what was written to the partition before this call is where it has to be; fails when it is not there in time. */
    CompletionStage<Void> of(int partition) {
        return partitions[partition].join();
    }

    /** Whoever waits, or comes later, fails. */
    @Override
    public void close() {
        closed = true;
        for (Partition partition : partitions) {
            partition.disconnect();
        }
    }

    private Command mark(int partition) {
        return Command.named("SET")
                .key(log.keys(partition).mark)
                .argument("1")
                .argument("PX")
                .argument(60_000)
                .build();
    }

    private Command await() {
        Command.Builder command = Command.named(wanted.disk() ? "WAITAOF" : "WAIT");
        if (wanted.disk()) {
            command.argument(1);
        }
        return command.argument(wanted.replicas())
                .argument(wanted.within().toMillis())
                .build();
    }

    /** Whatever the marks and waits were answered; null when all is well. */
    private @Nullable KeywrightException judge(Reply answer) {
        if (answer instanceof Reply.Failure failure) {
            return failure.message().contains("unknown command")
                    ? new KeywrightException.Misused(
                            "WAITAOF needs Redis 7.2; confirm by replicas, or update the server.")
                    : new KeywrightException.Unavailable(
                            "The change is stored, and it is unknown who has it: " + failure.message(), true);
        }
        List<Reply> parts = wanted.disk() ? answer.items() : List.of(new Reply.Whole(1), answer);
        long disks = parts.get(0).number();
        long replicas = parts.get(1).number();
        return disks >= 1 && replicas >= wanted.replicas()
                ? null
                : new KeywrightException.Unavailable(
                        "The change is stored, and within " + wanted.within().toMillis() + " ms " + replicas + " of "
                                + wanted.replicas() + " replicas confirmed it" + (disks < 1 ? ", the disk did not" : "")
                                + ". It may be lost in a failover; look at the replicas.",
                        true);
    }

    /** One wait at a time, and those who wait for the next one. */
    private final class Partition {

        private final int number;
        private @Nullable Session session;
        private @Nullable CompletableFuture<Void> running;
        private @Nullable CompletableFuture<Void> next;

        Partition(int number) {
            this.number = number;
        }

        synchronized CompletionStage<Void> join() {
            if (running == null) {
                CompletableFuture<Void> first = new CompletableFuture<>();
                running = first;
                start(first); // may be over when this returns
                return first;
            }
            if (next == null) {
                next = new CompletableFuture<>();
            }
            return next;
        }

        private void start(CompletableFuture<Void> wait) {
            try {
                if (closed) {
                    throw new IllegalStateException("The cache is closed.");
                }
                Session open = session == null ? connection.dedicated(log.keys(number).mark) : session;
                session = open;
                CompletionStage<Reply> marked = open.send(mark(number), timeout);
                open.send(await(), timeout)
                        .thenCombine(marked, (answer, mark) -> mark instanceof Reply.Failure ? mark : answer)
                        .whenComplete((answer, failure) -> finish(wait, answer, failure));
            } catch (RuntimeException e) {
                finish(wait, null, e);
            }
        }

        private void finish(CompletableFuture<Void> wait, @Nullable Reply answer, @Nullable Throwable failure) {
            KeywrightException problem = answer == null
                    ? new KeywrightException.Unavailable(
                            "The change is stored, and it is unknown who has it: the connection broke", true, failure)
                    : judge(answer);
            CompletableFuture<Void> broken = null;
            synchronized (this) {
                CompletableFuture<Void> queued = next;
                next = null;
                running = null;
                if (answer == null || answer instanceof Reply.Failure) {
                    disconnect();
                    broken = queued;
                } else if (queued != null) {
                    running = queued;
                    start(queued);
                }
            }
            if (problem == null) {
                wait.complete(null);
                return;
            }
            wait.completeExceptionally(problem);
            if (broken != null) {
                broken.completeExceptionally(problem);
            }
        }

        synchronized void disconnect() {
            if (session != null) {
                session.close();
                session = null;
            }
        }
    }
}
