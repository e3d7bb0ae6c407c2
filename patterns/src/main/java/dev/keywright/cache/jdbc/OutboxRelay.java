package dev.keywright.cache.jdbc;

import dev.keywright.KeywrightException;
import dev.keywright.cache.jdbc.InvalidationOutbox.Row;
import dev.keywright.cache.jdbc.InvalidationOutbox.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Invalidates what rows name, and deletes them: those of this process at once, what was left behind by and by. */
final class OutboxRelay implements AutoCloseable {

    private static final int PAGE = 500;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PATIENCE_SECONDS = 5;

    private final DataSource source;
    private final String table;
    private final Map<String, Target<?>> targets;
    private final Duration every;
    private final ScheduledExecutorService thread;
    /** Rows that were seen to and are still to be deleted; lost with the process, they are seen to once more. */
    private final ConcurrentLinkedQueue<Row> done = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean deleting = new AtomicBoolean();
    private final AtomicLong recorded = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile String lastFailure = "";
    private String after = "";
    private int failedLooks;

    OutboxRelay(DataSource source, String table, Map<String, Target<?>> targets, Duration every) {
        this.source = source;
        this.table = table;
        this.targets = targets;
        this.every = every;
        ScheduledThreadPoolExecutor one = new ScheduledThreadPoolExecutor(1, task -> {
            Thread worker = new Thread(task, "keywright-invalidations");
            worker.setDaemon(true);
            return worker;
        });
        one.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.thread = one;
    }

    void start() {
        lookAfter(every.toNanos());
    }

    void recorded(int rows) {
        recorded.addAndGet(rows);
    }

    InvalidationOutbox.Stats stats() {
        return new InvalidationOutbox.Stats(recorded.get(), delivered.get(), failures.get(), lastFailure);
    }

    /** How much of it was done, the worst last. */
    private enum Outcome {
        ALL,
        NOT_REFUSED_ONES,
        NOT_WHERE_REDIS_IS_AWAY
    }

    /** Invalidates what the rows name; false when some of it has to be done again. */
    boolean deliver(List<Row> rows) {
        return outcome(rows) == Outcome.ALL;
    }

    private Outcome outcome(List<Row> rows) {
        Map<String, List<Row>> byCache = new LinkedHashMap<>();
        rows.forEach(row ->
                byCache.computeIfAbsent(row.cache(), none -> new ArrayList<>()).add(row));
        Outcome worst = Outcome.ALL;
        for (Map.Entry<String, List<Row>> each : byCache.entrySet()) {
            Target<?> target = targets.get(each.getKey());
            if (target != null) { // a database that does not tell "user" from "User" finds rows of others too
                worst = worse(worst, outcome(target, each.getValue()));
            }
        }
        if (!done.isEmpty() && deleting.compareAndSet(false, true)) {
            inTheBackground(this::delete);
        }
        return worst;
    }

    private Outcome outcome(Target<?> target, List<Row> rows) {
        try {
            target.invalidate(rows.stream().map(Row::text).toList());
        } catch (KeywrightException.Unavailable e) {
            failed(e);
            return Outcome.NOT_WHERE_REDIS_IS_AWAY;
        } catch (Throwable e) { // the text of one is none of these keys; the others go on without it
            failed(e);
            return rows.size() == 1
                    ? Outcome.NOT_REFUSED_ONES
                    : rows.stream().map(row -> outcome(target, List.of(row))).reduce(Outcome.ALL, OutboxRelay::worse);
        }
        delivered.addAndGet(rows.size());
        done.addAll(rows);
        return Outcome.ALL;
    }

    private static Outcome worse(Outcome one, Outcome other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void failed(Throwable e) {
        failures.incrementAndGet();
        String message = e.getMessage();
        lastFailure = e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    // --- the rows of others, and those that were left behind

    private void look() {
        boolean away = false;
        try {
            List<Row> page;
            do {
                page = page();
                away = outcome(page) == Outcome.NOT_WHERE_REDIS_IS_AWAY;
                after = page.size() < PAGE ? "" : page.get(page.size() - 1).id();
            } while (!away && page.size() == PAGE);
        } catch (Throwable e) { // an Error too: nobody else would look again
            failed(e);
            away = true;
        }
        failedLooks = away ? failedLooks + 1 : 0;
        long longest = Math.max(LONGEST_PAUSE_NANOS, every.toNanos());
        lookAfter(Math.min(longest, every.toNanos() << Math.min(failedLooks, 10)));
    }

    private List<Row> page() throws SQLException {
        String sql = "SELECT id, cache, cache_key FROM " + table + " WHERE cache IN ("
                + InvalidationOutbox.marks(targets.size()) + ") AND created < CURRENT_TIMESTAMP - INTERVAL '"
                + InvalidationOutbox.GRACE_SECONDS + "' SECOND AND id > ? ORDER BY id LIMIT " + PAGE;
        List<Row> rows = new ArrayList<>();
        try (Connection connection = source.getConnection()) {
            int isolation = connection.getTransactionIsolation();
            boolean dirty =
                    isolation == Connection.TRANSACTION_READ_UNCOMMITTED; // would show what is not committed yet
            if (dirty) {
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            }
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                int at = 1;
                for (String name : targets.keySet()) {
                    select.setString(at++, name);
                }
                select.setString(at, after);
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        rows.add(Row.read(result.getString(1), result.getString(2), result.getString(3)));
                    }
                }
            } finally {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                if (dirty) {
                    connection.setTransactionIsolation(isolation);
                }
            }
        }
        return rows;
    }

    private void delete() {
        deleting.set(false);
        List<Row> rows = new ArrayList<>();
        for (Row row = done.poll(); row != null; row = rows.size() < PAGE ? done.poll() : null) {
            rows.add(row);
        }
        if (rows.isEmpty()) {
            return;
        }
        try {
            Transaction.in(source, connection -> {
                try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE id = ?")) {
                    for (Row row : rows) {
                        delete.setString(1, row.id());
                        delete.addBatch();
                    }
                    delete.executeBatch();
                }
            });
        } catch (Throwable e) {
            failed(e); // they are found again, and invalidated once more
        }
        if (!done.isEmpty() && deleting.compareAndSet(false, true)) {
            inTheBackground(this::delete);
        }
    }

    private void lookAfter(long nanos) {
        try {
            ScheduledFuture<?> unused = thread.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return; // what waits is for the next one
        }
    }

    private void inTheBackground(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException closed) {
            deleting.set(false);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        delete();
    }
}
