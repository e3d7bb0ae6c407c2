package dev.keywright.expert.proof;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.expert.evidence.Exercise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends the operations of a design at fixed times, whatever became of the earlier ones, and takes their time from when they
 * were due: a slow server is not hidden by a client that waits for it. A script the server does not know is sent again whole,
 * as the generated code does. One thread sends; answers are counted by the connection's threads.
 */
final class OpenLoop implements AutoCloseable {

    private static final long SHORTEST_PAUSE = 100_000;

    /** One more fails at once, as an application's would. */
    static final int MOST_OPEN = 25_000;

    /** What one exercise does and how much of it was loaded. */
    record Part(Exercise exercise, long loaded) {}

    private final Connection connection;
    private final List<Part> parts;
    private final Duration timeout;
    private final Timeline timeline;
    private final double perSecond;
    private final long start;
    private final long first;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private volatile String failure = "";
    private final Thread thread;
    private volatile boolean stopped;

    private OpenLoop(Connection connection, List<Part> parts, Duration timeout, double perSecond, long first) {
        this.connection = connection;
        this.parts = parts;
        this.timeout = timeout;
        this.perSecond = perSecond;
        this.first = first;
        this.start = System.nanoTime();
        this.timeline = new Timeline(start);
        this.thread = new Thread(this::send, "keywright-proof-load");
        thread.setDaemon(true);
    }

    /**
     * Begins to send.
     *
     * @param first number of the first operation, so that a later loop goes on where an earlier one ended
     */
    static OpenLoop start(Connection connection, List<Part> parts, Duration timeout, double perSecond, long first) {
        OpenLoop loop = new OpenLoop(connection, parts, timeout, perSecond, first);
        loop.thread.start();
        return loop;
    }

    Timeline timeline() {
        return timeline;
    }

    /** Seconds since it began. */
    double now() {
        return timeline.seconds(System.nanoTime());
    }

    /** Number of the operation after the last one sent. */
    long next() {
        return first + sent.get();
    }

    /** Operations whose answer is still due. */
    long open() {
        return sent.get() - ended.get();
    }

    /** One of the first things that went wrong, or nothing. */
    String failure() {
        return failure;
    }

    private void send() {
        double nanosEach = 1e9 / perSecond;
        long number = 0;
        while (!stopped) {
            long due = start + Math.round(number * nanosEach);
            long wait = due - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(Math.max(SHORTEST_PAUSE, wait));
                continue;
            }
            sent.incrementAndGet();
            if (open() <= MOST_OPEN) {
                perform(first + number, due);
            } else {
                ended(due, MOST_OPEN + " operations wait for their answers already", null);
            }
            number++;
        }
    }

    private void perform(long number, long due) {
        Part part = parts.get((int) (number % parts.size()));
        long own = number / parts.size();
        Exercise exercise = part.exercise();
        answer(exercise.drive(own, part.loaded())).whenComplete((code, fault) -> {
            if (fault == null && code.startsWith("NOSCRIPT")) {
                answer(exercise.driveByBody(own, part.loaded()))
                        .whenComplete((again, broken) -> ended(due, again, broken));
            } else {
                ended(due, code, fault);
            }
        });
    }

    private void ended(long due, @Nullable String error, @Nullable Throwable fault) {
        if (fault == null && (error == null || error.isEmpty())) {
            timeline.answered(due, System.nanoTime());
        } else {
            timeline.failed(due);
            note(error == null || error.isEmpty() ? String.valueOf(fault) : error);
        }
        ended.incrementAndGet();
    }

    private void note(String problem) {
        if (failure.isEmpty()) {
            failure = problem;
        }
    }

    /** The first error among the replies; an empty text when there is none. */
    private CompletionStage<String> answer(List<Command> commands) {
        List<CompletableFuture<String>> replies = new ArrayList<>();
        for (Command command : commands) {
            replies.add(send(command));
        }
        if (replies.size() == 1) {
            return replies.get(0);
        }
        return CompletableFuture.allOf(replies.toArray(new CompletableFuture<?>[0]))
                .thenApply(all -> replies.stream()
                        .map(CompletableFuture::join)
                        .filter(error -> !error.isEmpty())
                        .findFirst()
                        .orElse(""));
    }

    private CompletableFuture<String> send(Command command) {
        try {
            return connection
                    .send(command, timeout)
                    .thenApply(reply -> reply instanceof Reply.Failure failed ? failed.message() : "")
                    .toCompletableFuture();
        } catch (KeywrightException full) {
            return CompletableFuture.failedFuture(full);
        }
    }

    /** Sends no more; answers that are still due may come until the connection is closed. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(timeout.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
