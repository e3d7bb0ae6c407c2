package dev.keywright.cache.jdbc;

import dev.keywright.KeywrightException;
import dev.keywright.cache.Cache;
import dev.keywright.codec.KeyCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Invalidations that are as sure as the change they belong to. Which keys a transaction changed is written to a table in that very
 * transaction. After the commit they are invalidated at once; and what Redis did not take, or a process did not get to because it died
 * after the commit, any process with such an outbox finds in the table and invalidates, until it is done.
 *
 * <pre>{@code
 * try (InvalidationOutbox outbox = InvalidationOutbox.in(dataSource).cache("user", users, KeyCodec.LONG).build()) {
 *     outbox.inTransaction((connection, changed) -> {
 *         rename(connection, 42, "Ann");
 *         changed.key(users, 42L);
 *     });
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Promise: after a commit every key named in it is invalidated at least once. A rollback takes the rows with it, and nothing is
 *       invalidated. An invalidation too many costs a load and does no harm.
 *   <li>In between: from the commit to the invalidation the old value may be read; that is one round trip, or, when the process dies in
 *       it or Redis is away, until another process looks (within {@link Builder#every} and some {@value #GRACE_SECONDS} seconds; up to
 *       30 s later when Redis was away for long) or Redis answers. A load that began before the invalidation is not stored, see {@link Cache}.
 *   <li>Transactions of a framework: call {@link #on} with its connection inside, and {@link Changes#committed()} in its hook after the
 *       commit. Where that is never called, the rows are found all the same, only later.
 *   <li>Cost: one insert per key in the transaction, one round trip to Redis after it (per node and cache), one delete in the background.
 *   <li>Clock: the database's; only to leave rows alone that are just being seen to.
 *   <li>Threads: any number; one of its own looks through the table.
 *   <li>Databases: PostgreSQL, MariaDB, MySQL, H2. The table is made by {@link #ddl}.
 * </ul>
 */
public final class InvalidationOutbox implements AutoCloseable {

    /** How old a row is before a process that did not write it may see to it. */
    static final int GRACE_SECONDS = 2;

    private static final int LONGEST_KEY = 4_000;
    private static final Pattern TABLE =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}(\\.[A-Za-z_][A-Za-z0-9_]{0,62}){0,2}");

    private final DataSource source;
    private final String table;
    private final Map<String, Target<?>> targets;
    private final OutboxRelay relay;

    /** A cache by the name that rows give it. */
    record Target<K>(String name, Cache<K, ?> cache, KeyCodec<K> keys) {

        /** @throws RuntimeException when a text is none of these keys, or Redis does not answer */
        void invalidate(Collection<String> texts) {
            cache.invalidateAll(texts.stream().map(keys.key()).toList());
        }
    }

    /** A key that was changed. */
    record Row(String id, String cache, String text) {

        static Row read(String id, String cache, String column) {
            return new Row(id, cache, column.replace("%00", "\0").replace("%25", "%"));
        }

        /** The text as it stands in the table: databases refuse NUL in a text, and keys may hold it. */
        String column() {
            return text.replace("%", "%25").replace("\0", "%00");
        }
    }

    /**
     * What became of rows, in this process.
     *
     * @param recorded keys written to the table, those of rolled back transactions included
     * @param delivered keys invalidated, those of other processes included
     * @param failures invalidations, looks or deletes that failed and are tried again
     * @param lastFailure what was said last, empty when there was none
     */
    public record Stats(long recorded, long delivered, long failures, String lastFailure) {}

    /** What is done in a transaction. */
    @FunctionalInterface
    public interface Work {
        void run(Connection connection, Changes changed) throws SQLException;
    }

    private InvalidationOutbox(Builder builder) {
        this.source = builder.source;
        this.table = builder.table;
        this.targets = Map.copyOf(builder.targets);
        this.relay = new OutboxRelay(source, table, targets, builder.every);
    }

    /** Begins an outbox in a table of this database; every process names the same caches alike. */
    public static Builder in(DataSource source) {
        return new Builder(source);
    }

    /** The statement that makes the table. */
    public static String ddl(Dialect dialect, String table) {
        return "CREATE TABLE " + named(table) + " (id VARCHAR(36) PRIMARY KEY, cache VARCHAR(200) NOT NULL,"
                + " cache_key VARCHAR(" + LONGEST_KEY + ") NOT NULL, created " + dialect.instant()
                + " DEFAULT CURRENT_TIMESTAMP NOT NULL)";
    }

    private static String named(String table) {
        if (!TABLE.matcher(table).matches()) {
            throw new KeywrightException.Misused("The table is called \"" + table
                    + "\"; give a name of letters, digits and _, with its schema before a dot if need be");
        }
        return table;
    }

    // --- in a transaction

    /**
     * Runs the work in a transaction of its own, commits, and invalidates the keys it named. When Redis does not take an invalidation, that
     * follows; the call returns all the same.
     *
     * @throws SQLException of the work or the commit. When the answer to the commit was lost, the database decides: the rows are there if
     *     the change is.
     */
    public void inTransaction(Work work) throws SQLException {
        List<Row> named = new ArrayList<>();
        Transaction.in(source, connection -> work.run(connection, new Changes(connection, named)));
        boolean unused = relay.deliver(named);
    }

    /** For a transaction of somebody else's, open on this connection: name keys, and say when it was committed. */
    public Changes on(Connection connection) {
        return new Changes(connection, new ArrayList<>());
    }

    /** The keys that one transaction changed. Threads: one at a time. */
    public final class Changes {

        private final Connection connection;
        private final List<Row> rows;

        private Changes(Connection connection, List<Row> rows) {
            this.connection = connection;
            this.rows = rows;
        }

        /**
         * Names a key; one insert.
         *
         * @throws KeywrightException.Misused when the outbox was not told of this cache
         */
        public <K> Changes key(Cache<K, ?> cache, K key) throws SQLException {
            return keys(cache, List.of(key));
        }

        /** Names keys; one batch of inserts. */
        public <K> Changes keys(Cache<K, ?> cache, Collection<? extends K> keys) throws SQLException {
            Target<K> target = target(cache);
            List<Row> more = keys.stream()
                    .map(key -> new Row(
                            UUID.randomUUID().toString(),
                            target.name(),
                            target.keys().text().apply(key)))
                    .toList();
            insert(connection, more);
            rows.addAll(more);
            return this;
        }

        /**
         * Says that the transaction was committed: the keys are invalidated now.
         *
         * @return whether Redis took it; else it follows, and there is nothing to do
         */
        public boolean committed() {
            List<Row> named = List.copyOf(rows);
            rows.clear();
            return relay.deliver(named);
        }
    }

    @SuppressWarnings("unchecked") // it is the target of this very cache
    private <K> Target<K> target(Cache<K, ?> cache) {
        return (Target<K>) targets.values().stream()
                .filter(each -> each.cache() == cache)
                .findAny()
                .orElseThrow(() -> new KeywrightException.Misused("This outbox knows the caches " + targets.keySet()
                        + ", and not " + cache + ". Name it with cache(...) when the outbox is built."));
    }

    private void insert(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + table + " (id, cache, cache_key) VALUES (?, ?, ?)")) {
            for (Row row : rows) {
                if (row.column().length() > LONGEST_KEY) {
                    throw new KeywrightException.Misused("A key of the cache " + row.cache() + " has "
                            + row.text().length() + " characters, and an outbox takes " + LONGEST_KEY + ".");
                }
                insert.setString(1, row.id());
                insert.setString(2, row.cache());
                insert.setString(3, row.column());
                insert.addBatch();
            }
            insert.executeBatch();
        }
        relay.recorded(rows.size());
    }

    // --- watching

    /**
     * What waits in the table.
     *
     * @param rows keys of this outbox's caches, whoever wrote them
     * @param oldest how long ago the first of them was written, by the database's clock
     */
    public record Waiting(long rows, Duration oldest) {}

    /** Asks the database what waits. */
    public Waiting waiting() throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement count =
                        connection.prepareStatement("SELECT COUNT(*), MIN(created), CURRENT_TIMESTAMP FROM " + table
                                + " WHERE cache IN (" + marks(targets.size()) + ")")) {
            int at = 1;
            for (String name : targets.keySet()) {
                count.setString(at++, name);
            }
            try (ResultSet result = count.executeQuery()) {
                result.next();
                Timestamp first = result.getTimestamp(2);
                long nanos =
                        first == null ? 0 : Math.max(0, result.getTimestamp(3).getTime() - first.getTime()) * 1_000_000;
                return new Waiting(result.getLong(1), Duration.ofNanos(nanos));
            }
        }
    }

    static String marks(int count) {
        return IntStream.range(0, count).mapToObj(i -> "?").collect(Collectors.joining(", "));
    }

    public Stats stats() {
        return relay.stats();
    }

    /** Stops looking. What waits stays in the table, for another process or the next start. Close it before the caches. */
    @Override
    public void close() {
        relay.close();
    }

    @Override
    public String toString() {
        return "invalidations of " + targets.keySet() + " by the table " + table;
    }

    /** Settings of an outbox. */
    public static final class Builder {

        private final DataSource source;
        private String table = "cache_invalidations";
        private Duration every = Duration.ofSeconds(1);
        private final Map<String, Target<?>> targets = new LinkedHashMap<>();

        private Builder(DataSource source) {
            this.source = source;
        }

        /** {@code cache_invalidations} unless said. */
        public Builder table(String table) {
            this.table = named(table);
            return this;
        }

        /** How often the table is looked through for what was left behind; every second unless said. */
        public Builder every(Duration interval) {
            if (interval.compareTo(Duration.ofMillis(10)) < 0) {
                throw new KeywrightException.Misused("every is " + interval.toMillis() + " ms; give 10 ms or more");
            }
            this.every = interval;
            return this;
        }

        /**
         * Names a cache whose keys are to be invalidated.
         *
         * @param name what rows call it: the same in every process, 200 characters at most
         * @param keys the codec the cache was made with
         */
        public <K> Builder cache(String name, Cache<K, ?> cache, KeyCodec<K> keys) {
            if (name.isEmpty() || name.length() > 200) {
                throw new KeywrightException.Misused("A cache needs a name of 1 to 200 characters: \"" + name + '"');
            }
            for (Target<?> other : targets.values()) {
                if (other.cache() == cache && !other.name().equals(name)) {
                    throw new KeywrightException.Misused("The " + cache + " is called " + other.name() + " already");
                }
            }
            if (targets.putIfAbsent(name, new Target<>(name, cache, keys)) != null) {
                throw new KeywrightException.Misused("Two caches are called " + name + "; give each its own name");
            }
            return this;
        }

        /**
         * Looks whether the table is there, and begins to see to what waits in it.
         *
         * @throws KeywrightException.Misused when no cache was named, or the table cannot be read; the message tells how to make it
         */
        public InvalidationOutbox build() {
            if (targets.isEmpty()) {
                throw new KeywrightException.Misused(
                        "An outbox without caches has nothing to do; name one with cache(...)");
            }
            look();
            InvalidationOutbox outbox = new InvalidationOutbox(this);
            outbox.relay.start();
            return outbox;
        }

        private void look() {
            try (Connection connection = source.getConnection()) {
                Dialect dialect = Dialect.of(connection.getMetaData().getDatabaseProductName());
                try (PreparedStatement look = connection.prepareStatement(
                        "SELECT id, cache, cache_key, created FROM " + table + " WHERE 1 = 0")) {
                    look.executeQuery().close();
                } catch (SQLException e) {
                    throw new KeywrightException.Misused(
                            "The table " + table + " for invalidations cannot be read. If it is not there, make it: "
                                    + ddl(dialect, table),
                            e);
                }
            } catch (SQLException e) {
                throw new KeywrightException.Misused("The database of the outbox does not answer.", e);
            }
        }
    }
}
