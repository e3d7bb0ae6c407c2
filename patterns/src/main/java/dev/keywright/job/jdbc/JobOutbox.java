package dev.keywright.job.jdbc;

import dev.keywright.KeywrightException;
import dev.keywright.job.JobQueue;
import dev.keywright.job.NewJob;
import dev.keywright.job.PreparedJob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that belong to a transaction of a database: they are written to a table in that transaction, and brought to their queue after it
 * has committed. So a job is there when the change is, and not when it was rolled back, whatever crashes when.
 *
 * <pre>{@code
 * JobOutbox outbox = new JobOutbox(dataSource, "job_outbox", jobs);
 * outbox.start(Duration.ofMillis(200)); // any number of processes
 * ...
 * outbox.add(connection, jobs, MAIL.job(mail)); // in the transaction that books the order
 * }</pre>
 *
 * <ul>
 *   <li>At least once: who brings jobs and dies before it has deleted the rows leaves them to the next; the queue knows their ids, as long as
 *       it remembers jobs that are done.
 *   <li>Order: by the time of the insert, so that of one thread is kept.
 *   <li>Cost: one insert in the transaction; in the background a select, an EVALSHA and a delete for up to 100 jobs. Several processes take
 *       turns by locking the rows.
 *   <li>A row that holds no job stays in the table, under the queue {@code !unreadable}; others go on.
 *   <li>Delays count from when the queue gets the job. Databases: PostgreSQL, MariaDB, MySQL, H2. Threads: any number.
 * </ul>
 */
public final class JobOutbox implements AutoCloseable {

    private static final int MOST = 100;
    private static final String UNREADABLE = "!unreadable";
    private static final Pattern TABLE =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}(\\.[A-Za-z_][A-Za-z0-9_]{0,62}){0,2}");

    /** Whose types the table has. */
    public enum Database {
        H2("VARBINARY(16777216)", "TIMESTAMP(6)"),
        POSTGRESQL("BYTEA", "TIMESTAMP(6)"),
        MARIADB("LONGBLOB", "TIMESTAMP(6)"),
        MYSQL("LONGBLOB", "TIMESTAMP(6)");

        private final String bytes;
        private final String instant;

        Database(String bytes, String instant) {
            this.bytes = bytes;
            this.instant = instant;
        }
    }

    private final DataSource source;
    private final String table;
    private final Map<String, JobQueue> queues = new LinkedHashMap<>();
    private final AtomicLong positions = new AtomicLong();
    private final ScheduledThreadPoolExecutor clock;
    private volatile @Nullable Exception failure;

    /**
     * @param table as made by {@link #ddl}
     * @param queues whose jobs this process brings; their names tell them apart, 200 characters at most
     */
    public JobOutbox(DataSource source, String table, JobQueue... queues) {
        this.source = source;
        this.table = named(table);
        for (JobQueue queue : queues) {
            this.queues.put(queue.name(), queue);
        }
        if (this.queues.isEmpty()) {
            throw new IllegalArgumentException("The outbox has no queue; give those whose jobs it brings");
        }
        this.clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "keywright-job-outbox");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static String named(String table) {
        if (!TABLE.matcher(table).matches()) {
            throw new KeywrightException.Misused("The table is called \"" + table
                    + "\"; give a name of letters, digits and _, with its schema before a dot if need be");
        }
        return table;
    }

    /** The statement that makes the table. */
    public static String ddl(Database database, String table) {
        return "CREATE TABLE " + named(table) + " (id VARCHAR(64) NOT NULL UNIQUE, queue VARCHAR(200) NOT NULL, job "
                + database.bytes + " NOT NULL, place BIGINT NOT NULL, created " + database.instant
                + " DEFAULT CURRENT_TIMESTAMP(6) NOT NULL, PRIMARY KEY (queue, created, place, id))";
    }

    /**
     * Writes a job to the table, in the transaction that is open on this connection.
     *
     * @return the id of the job
     * @throws IllegalArgumentException as {@link JobQueue#enqueue} does
     */
    public String add(Connection connection, JobQueue queue, NewJob<?> job) throws SQLException {
        if (queues.get(queue.name()) == null) {
            throw new KeywrightException.Misused(
                    "This outbox knows the queues " + queues.keySet() + ", and not " + queue.name());
        }
        PreparedJob prepared = queue.prepare(job);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + table + " (id, queue, job, place) VALUES (?, ?, ?, ?)")) {
            insert.setString(1, UUID.randomUUID().toString());
            insert.setString(2, queue.name());
            insert.setBytes(3, prepared.entry());
            insert.setLong(4, positions.incrementAndGet());
            int unused = insert.executeUpdate();
        }
        return prepared.id();
    }

    /** Brings jobs on a thread of its own, again and again with such a pause, until this is closed. */
    public void start(Duration pause) {
        var unused = clock.scheduleWithFixedDelay(this::bringQuietly, 0, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void bringQuietly() {
        try {
            long unused = bring();
            failure = null;
        } catch (RuntimeException | SQLException away) { // the rows stay; the next time
            failure = away;
        }
    }

    /** What went wrong in the background at the last time; empty when it went well. */
    public Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Brings all jobs of committed transactions to their queues, each queue in transactions of its own. A queue that cannot take them does
     * not keep others from theirs.
     *
     * @return how many there were
     * @throws KeywrightException.Unavailable when Redis did not answer, or has no room; the rows stay
     */
    public long bring() throws SQLException {
        long all = 0;
        KeywrightException away = null;
        for (JobQueue queue : queues.values()) {
            try {
                all += bring(queue);
            } catch (KeywrightException e) {
                away = e;
            }
        }
        if (away != null) {
            throw away;
        }
        return all;
    }

    /** Fewer at a time where there is no room for many. */
    private long bring(JobQueue queue) throws SQLException {
        long all = 0;
        int most = MOST;
        while (true) {
            try {
                int some = bringSome(queue, most);
                all += some;
                if (some < most) {
                    return all;
                }
            } catch (KeywrightException.Unavailable e) {
                if (e.outcomeUnknown() || most == 1) {
                    throw e;
                }
                most = Math.max(1, most / 4);
            }
        }
    }

    private int bringSome(JobQueue queue, int most) throws SQLException {
        try (Connection connection = source.getConnection()) {
            int isolation = connection.getTransactionIsolation();
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED); // locks no gaps for inserts
            connection.setAutoCommit(false);
            try {
                Map<String, byte[]> rows = lock(connection, queue.name(), most);
                bring(connection, queue, rows);
                connection.commit();
                return rows.size();
            } finally {
                connection.rollback(); // nothing, after a commit
                connection.setAutoCommit(true);
                connection.setTransactionIsolation(isolation);
            }
        }
    }

    private void bring(Connection connection, JobQueue queue, Map<String, byte[]> rows) throws SQLException {
        try {
            var unused = queue.enqueuePrepared(List.copyOf(rows.values()));
            change("DELETE FROM " + table, connection, List.copyOf(rows.keySet()));
        } catch (IllegalArgumentException unreadable) { // one of them; each by itself
            for (Map.Entry<String, byte[]> row : rows.entrySet()) {
                bringAlone(connection, queue, row.getKey(), row.getValue());
            }
        }
    }

    private void bringAlone(Connection connection, JobQueue queue, String id, byte[] job) throws SQLException {
        try {
            var unused = queue.enqueuePrepared(List.of(job));
            change("DELETE FROM " + table, connection, List.of(id));
        } catch (IllegalArgumentException unreadable) {
            change("UPDATE " + table + " SET queue = '" + UNREADABLE + "'", connection, List.of(id));
        }
    }

    private Map<String, byte[]> lock(Connection connection, String queue, int most) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id, job FROM " + table
                + " WHERE queue = ? ORDER BY created, place LIMIT " + most + " FOR UPDATE")) {
            select.setString(1, queue);
            Map<String, byte[]> rows = new LinkedHashMap<>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    rows.put(found.getString(1), found.getBytes(2));
                }
            }
            return rows;
        }
    }

    private static void change(String what, Connection connection, List<String> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement change =
                connection.prepareStatement(what + " WHERE id IN (" + marks(ids.size()) + ")")) {
            for (int i = 0; i < ids.size(); i++) {
                change.setString(i + 1, ids.get(i));
            }
            int unused = change.executeUpdate();
        }
    }

    private static String marks(int count) {
        return IntStream.range(0, count).mapToObj(i -> "?").collect(Collectors.joining(", "));
    }

    /** Stops bringing; what waits stays in the table. */
    @Override
    public void close() {
        clock.shutdown();
    }

    @Override
    public String toString() {
        return "jobs of " + queues.keySet() + " by the table " + table;
    }
}
