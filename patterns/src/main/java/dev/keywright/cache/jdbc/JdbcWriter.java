package dev.keywright.cache.jdbc;

import dev.keywright.KeywrightException;
import dev.keywright.cache.Change;
import dev.keywright.cache.Writer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes of a cache to a table, a batch in one transaction. Each row carries the version of the change it was last written by, and
 * a change that is not newer leaves it as it is, so a row never goes back, whoever writes, how often and in which order. A change without a version, as those of write-through are, is written
 * whatever is there: its order is that of the calls.
 *
 * <pre>{@code
 * Writer<Long, User> writer = JdbcWriter.<Long, User>to(dataSource, "users")
 *         .key("id", id -> id)
 *         .column("name", User::name)
 *         .column("email", User::email)
 *         .build();
 * }</pre>
 *
 * <ul>
 *   <li>Table: a primary key, or a unique constraint on columns that are not null, over the key's columns; a column
 *       {@code version} of a 64-bit integer.
 *   <li>Removals: a row with the columns {@code version} and {@code deleted} (boolean), all others null: so an older change that comes
 *       late, from a process that was stopped in the middle, does not bring the row back. Readers ask for rows where
 *       {@code deleted} is false. {@link Builder#deletingRows()} deletes instead, with that gap.
 *   <li>Databases: PostgreSQL, MariaDB, MySQL, H2; see {@link Dialect}.
 *   <li>Failure: what the database refuses for its content (SQLSTATE 22 and 23) is a {@link KeywrightException.Misused}, whose message
 *       tells the state and no value; everything else is the driver's {@code SQLException}.
 *   <li>Threads: any number; each call takes one connection of the source.
 * </ul>
 */
public final class JdbcWriter<K, V> implements Writer<K, V> {

    private static final Pattern COLUMN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final Pattern TABLE =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}(\\.[A-Za-z_][A-Za-z0-9_]{0,62}){0,2}");

    private final DataSource source;
    private final String table;
    private final Map<String, Function<? super K, ?>> keys;
    private final Map<String, Function<? super V, ?>> columns;
    private final String version;
    private final @Nullable String deleted;
    private volatile @Nullable Statements statements;

    /** What is said to the database. */
    private record Statements(Dialect.Statement put, Dialect.Statement remove) {}

    private JdbcWriter(Builder<K, V> builder) {
        this.source = builder.source;
        this.table = builder.table;
        this.keys = new LinkedHashMap<>(builder.keys);
        this.columns = new LinkedHashMap<>(builder.columns);
        this.version = builder.version;
        this.deleted = builder.deleted;
        builder.dialect.ifPresent(dialect -> this.statements = statements(dialect));
    }

    /**
     * Starts a writer.
     *
     * @param table a name of letters, digits and {@code _}, with its schema before a dot if need be
     */
    public static <K, V> Builder<K, V> to(DataSource source, String table) {
        return new Builder<>(source, table);
    }

    @Override
    public void write(List<Change<K, V>> changes) throws SQLException {
        try {
            Transaction.in(source, connection -> {
                Statements of = statements(connection);
                if (of.put().equals(of.remove())) {
                    run(connection, of.put(), changes);
                } else {
                    run(
                            connection,
                            of.put(),
                            changes.stream()
                                    .filter(change -> !change.isRemoval())
                                    .toList());
                    run(
                            connection,
                            of.remove(),
                            changes.stream().filter(Change::isRemoval).toList());
                }
            });
        } catch (SQLException e) {
            throw known(e);
        }
    }

    private void run(Connection connection, Dialect.Statement statement, List<Change<K, V>> changes)
            throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        try (PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
            for (Change<K, V> change : changes) {
                int at = 1;
                for (String column : statement.parameters()) {
                    prepared.setObject(at++, value(column, change));
                }
                prepared.addBatch();
            }
            prepared.executeBatch();
        }
    }

    private @Nullable Object value(String column, Change<K, V> change) {
        if (column.equals(Dialect.GUARD)) {
            return change.version() == 0 ? Long.MAX_VALUE : change.version();
        }
        if (column.equals(version)) {
            return change.version();
        }
        if (column.equals(deleted)) {
            return change.isRemoval();
        }
        Function<? super K, ?> key = keys.get(column);
        if (key != null) {
            return key.apply(change.key());
        }
        Function<? super V, ?> part = columns.get(column);
        return part == null
                ? null
                : change.value().map(value -> (Object) part.apply(value)).orElse(null);
    }

    private Statements statements(Connection connection) throws SQLException {
        Statements known = statements;
        if (known == null) {
            known = statements(Dialect.of(connection.getMetaData().getDatabaseProductName()));
            statements = known;
        }
        return known;
    }

    private Statements statements(Dialect dialect) {
        List<String> signs = deleted == null ? List.of(version) : List.of(version, deleted);
        List<String> all = new ArrayList<>(columns.keySet());
        all.addAll(signs);
        List<String> key = List.copyOf(keys.keySet());
        Dialect.Table whole = new Dialect.Table(table, key, all, version);
        return new Statements(dialect.upsert(whole), deleted == null ? dialect.delete(whole) : dialect.upsert(whole));
    }

    /** What the database will refuse whenever it is asked again. */
    private SQLException known(SQLException e) {
        String state = e.getSQLState();
        if (state != null && (state.startsWith("22") || state.startsWith("23"))) {
            throw new KeywrightException.Misused("The database refuses a row of " + table + " (SQLSTATE " + state
                    + "). Compare its columns and constraints with what is put into the cache.");
        }
        return e;
    }

    @Override
    public String toString() {
        return "writer to " + table;
    }

    /** Says what goes where. Not for use by several threads. */
    public static final class Builder<K, V> {

        private final DataSource source;
        private final String table;
        private final Map<String, Function<? super K, ?>> keys = new LinkedHashMap<>();
        private final Map<String, Function<? super V, ?>> columns = new LinkedHashMap<>();
        private String version = "version";
        private @Nullable String deleted = "deleted";
        private Optional<Dialect> dialect = Optional.empty();

        private Builder(DataSource source, String table) {
            this.source = source;
            this.table = checked(TABLE, table);
        }

        /** A column of the primary key. Call it for each. */
        public Builder<K, V> key(String column, Function<? super K, ?> part) {
            keys.put(checked(COLUMN, column), part);
            return this;
        }

        /** A column that is filled from the value; null where the function gives null. */
        public Builder<K, V> column(String column, Function<? super V, ?> part) {
            columns.put(checked(COLUMN, column), part);
            return this;
        }

        /** Another name than {@code version}. */
        public Builder<K, V> versionIn(String column) {
            this.version = checked(COLUMN, column);
            return this;
        }

        /** Another name than {@code deleted}. */
        public Builder<K, V> deletedIn(String column) {
            this.deleted = checked(COLUMN, column);
            return this;
        }

        /**
         * Deletes rows that are not newer instead of marking them. Then a process that was stopped for longer than its lease while it
         * wrote may, when it goes on, bring back a row that was removed meanwhile.
         */
        public Builder<K, V> deletingRows() {
            this.deleted = null;
            return this;
        }

        /** Does not ask the database what it is. */
        public Builder<K, V> dialect(Dialect dialect) {
            this.dialect = Optional.of(dialect);
            return this;
        }

        public JdbcWriter<K, V> build() {
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("There is no key column; give one with key");
            }
            List<String> all = new ArrayList<>(keys.keySet());
            all.addAll(columns.keySet());
            all.add(version);
            if (deleted != null) {
                all.add(deleted);
            }
            if (all.stream()
                            .map(name -> name.toLowerCase(Locale.ROOT))
                            .distinct()
                            .count()
                    < all.size()) {
                throw new IllegalArgumentException("A column is named twice in " + all + "; name each once");
            }
            return new JdbcWriter<>(this);
        }

        private static String checked(Pattern pattern, String name) {
            if (!pattern.matcher(name).matches()) {
                throw new IllegalArgumentException("The name '" + name
                        + "' has other characters than letters, digits and '_'; rename it, or use a view");
            }
            return name;
        }
    }
}
