package dev.keywright.cache;

import static org.awaitility.Awaitility.await;

import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cache's write-behind with nothing in front of it, for tests: strings by strings. */
final class BehindLab implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Short times, so that tests are quick. */
    static final WriteBehindOptions QUICK = WriteBehindOptions.DEFAULTS
            .withPartitions(4)
            .withDelay(Duration.ofMillis(20))
            .withLease(Duration.ofSeconds(1))
            .withBackoff(Duration.ofMillis(5), Duration.ofMillis(100))
            .withAttempts(3);

    final Connection connection;
    final WriteBehind<String, String> behind;
    final Shelf shelf;

    BehindLab(String uri, Writer<String, String> writer, WriteBehindOptions options) {
        this(uri, "users", Codecs.string(), writer, options);
    }

    BehindLab(String uri, String name, Writer<String, String> writer, WriteBehindOptions options) {
        this(uri, name, Codecs.string(), writer, options);
    }

    BehindLab(String uri, Codec<String> codec, Writer<String, String> writer, WriteBehindOptions options) {
        this(uri, "users", codec, writer, options);
    }

    private BehindLab(
            String uri, String name, Codec<String> codec, Writer<String, String> writer, WriteBehindOptions options) {
        this.connection = Connection.open(uri);
        try {
            this.behind = new WriteBehind<>(connection, name, KeyCodec.STRING, codec, 0, writer, options);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
        this.shelf = behind.shelf();
    }

    void put(String key, String value) {
        byte[] head = Entry.head(Entry.VALUE, Codecs.string().format(), 0, false, 0, null);
        shelf.put(key, head, Codecs.string().encode(value), 600_000)
                .call(connection, PATIENCE)
                .orThrow("put");
    }

    void remove(String key) {
        shelf.remove(key).call(connection, PATIENCE).orThrow("remove");
    }

    boolean putIfAbsent(String key, String value) {
        byte[] head = Entry.head(Entry.VALUE, Codecs.string().format(), 0, false, 0, null);
        return shelf.putIfAbsent(key, head, Codecs.string().encode(value), 600_000, new byte[0])
                        .call(connection, PATIENCE)
                        .orThrow("putIfAbsent")
                        .number()
                == 1;
    }

    void invalidate(String key) {
        shelf.invalidate(key).call(connection, PATIENCE).orThrow("invalidate");
    }

    /** What whoever misses gets: the value, "absent", or "load". */
    String claim(String key) {
        Claim claim = Claim.of(shelf.claim(key, Tokens.next(), 10_000, new byte[0], -1, new byte[0])
                .call(connection, PATIENCE)
                .orThrow("claim"));
        if (claim instanceof Claim.Value value) {
            Entry entry = Entry.of(value.bytes);
            return entry.isAbsent()
                    ? "absent"
                    : new String(entry.bytes(), entry.payloadAt(), entry.payloadLength(), StandardCharsets.UTF_8);
        }
        return claim instanceof Claim.Granted ? "load" : claim.toString();
    }

    Reply redis(String command, String key, String... arguments) {
        dev.keywright.connection.Command.Builder builder =
                dev.keywright.connection.Command.named(command).key(key);
        for (String argument : arguments) {
            builder.argument(argument);
        }
        return connection.call(builder.build(), PATIENCE);
    }

    void awaitEmpty() {
        await().atMost(PATIENCE).until(() -> behind.backlog().depth() == 0);
    }

    @Override
    public void close() {
        behind.close();
        connection.close();
    }

    /** A database in memory that compares versions, and counts. */
    static final class Database implements Writer<String, String> {

        record Row(String value, long version) {}

        final Map<String, Row> rows = new ConcurrentHashMap<>();
        final List<List<Change<String, String>>> batches = new CopyOnWriteArrayList<>();

        @Override
        public void write(List<Change<String, String>> changes) {
            batches.add(List.copyOf(changes));
            for (Change<String, String> change : changes) {
                rows.merge(
                        change.key(),
                        new Row(change.value().orElse(""), change.version()),
                        (old, fresh) -> fresh.version() > old.version() ? fresh : old);
            }
        }

        /** Live rows. */
        Map<String, String> values() {
            Map<String, String> values = new ConcurrentHashMap<>();
            rows.forEach((key, row) -> {
                if (!row.value().isEmpty()) {
                    values.put(key, row.value());
                }
            });
            return values;
        }
    }
}
