package dev.keywright.app.operation;

import dev.keywright.expert.artifact.Answer;
import dev.keywright.expert.task.Task;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Answers many tasks: one JSON object with {@code id} and {@code text} per line in, one JSON line out, in the same order.
 * An answer is given as soon as it is there, so that a program may write a line, wait for its answer and go on.
 */
public final class SolveBatch {

    /** A longer line is answered with an error. So many characters at most are in the making at a time. */
    private static final int LONGEST = 8_000_000;

    private static final int AHEAD = 64;
    private static final String FORM = "; write {\"id\": \"1\", \"text\": \"...\"}";

    private final Function<Task, Answer> solve;
    private final int threads;

    /** @param threads how many tasks are worked on at a time */
    public SolveBatch(Function<Task, Answer> solve, int threads) {
        this.solve = solve;
        this.threads = threads;
    }

    /**
     * Reads all lines; a bad line becomes an error object and the rest goes on.
     *
     * @param out takes a line and says whether to go on
     */
    public void run(Reader in, Predicate<String> out) throws IOException {
        BlockingQueue<CompletableFuture<Optional<String>>> answers = new ArrayBlockingQueue<>(AHEAD);
        ExecutorService workers = Executors.newFixedThreadPool(threads, SolveBatch::daemon);
        Thread reader = daemon(() -> read(new Lines(in, LONGEST), answers, workers));
        reader.start();
        try {
            for (Optional<String> line = answers.take().get();
                    line.isPresent();
                    line = answers.take().get()) {
                if (!out.test(line.get())) {
                    return;
                }
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new UserError(
                    "The batch could not be read (" + cause.getMessage() + "); what came before is answered.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reader.interrupt();
            workers.shutdownNow();
        }
    }

    private void read(
            Lines lines, BlockingQueue<CompletableFuture<Optional<String>>> answers, ExecutorService workers) {
        Semaphore room = new Semaphore(LONGEST);
        try {
            try {
                submit(lines, answers, room, workers);
                answers.put(CompletableFuture.completedFuture(Optional.empty()));
            } catch (IOException e) {
                answers.put(CompletableFuture.failedFuture(e));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(
            Lines lines,
            BlockingQueue<CompletableFuture<Optional<String>>> answers,
            Semaphore room,
            ExecutorService workers)
            throws IOException, InterruptedException {
        for (Optional<Lines.Line> next = lines.next(); next.isPresent(); next = lines.next()) {
            Lines.Line line = next.get();
            if (line.tooLong() || !line.text().isBlank()) {
                int size = line.text().length();
                room.acquire(size);
                answers.put(CompletableFuture.supplyAsync(() -> Optional.of(answer(line)), workers)
                        .whenComplete((answer, failure) -> room.release(size)));
            }
        }
    }

    private String answer(Lines.Line line) {
        if (line.tooLong()) {
            return Json.error("", line.number(), "the line has more than " + LONGEST + " characters; shorten the text");
        }
        BatchLine read = BatchLine.read(line.text());
        if (read.fault().isPresent()) {
            return Json.error(
                    read.id(), line.number(), "the line " + read.fault().get() + FORM);
        }
        try {
            return Json.line(
                    solve.apply(new Task(String.valueOf(read.id()), read.text().orElse(""))), read.id());
        } catch (UserError e) {
            return Json.error(read.id(), line.number(), String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            String fault = e.getClass().getSimpleName();
            return Json.error(
                    read.id(),
                    line.number(),
                    "the task could not be answered (" + fault + "): a fault of the program; please report the text");
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "keywright-batch");
        thread.setDaemon(true);
        return thread;
    }
}
