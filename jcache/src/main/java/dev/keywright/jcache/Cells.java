package dev.keywright.jcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in Redis, as bytes: a string each, named {@code jcache:<cache>:<key>}. Whoever changes an entry says what he saw, so
 * that nothing is lost between seeing and changing.
 */
final class Cells {

    private static final Script SWAP = Script.beside(Cells.class, "swap.lua");
    private static final byte[] NONE = {};
    private static final int PAGE = 500;

    private final Connection connection;
    private final byte[] prefix;

    Cells(Connection connection, String cache) {
        this.connection = connection;
        this.prefix = ("jcache:" + cache + ':').getBytes(UTF_8);
    }

    private Duration timeout() {
        return connection.options().timeout();
    }

    private byte[] name(byte[] key) {
        byte[] name = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, name, prefix.length, key.length);
        return name;
    }

    byte @Nullable [] read(byte[] key) {
        return bytes(call(get(key)));
    }

    /** One flush for all. */
    List<byte @Nullable []> readAll(List<byte[]> keys) {
        try {
            List<byte @Nullable []> values = new ArrayList<>();
            for (Reply reply : connection.batch(keys.stream().map(this::get).toList(), timeout())) {
                values.add(bytes(reply.orThrow("JCache")));
            }
            return values;
        } catch (KeywrightException e) {
            throw new CacheException(e.getMessage(), e);
        }
    }

    private Command get(byte[] key) {
        return Command.named("GET").key(name(key)).buildRepeatable();
    }

    private static byte @Nullable [] bytes(Reply reply) {
        return reply.isNothing() ? null : reply.bytes();
    }

    boolean exists(byte[] key) {
        return call(Command.named("EXISTS").key(name(key)).buildRepeatable()).number() == 1;
    }

    /** Whether the entry was what the caller saw and is now what he wants; null stands for no entry. */
    boolean swap(byte[] key, byte @Nullable [] seen, byte @Nullable [] next, Term term) {
        try {
            return SWAP.with(
                                    name(key),
                                    digit(seen != null),
                                    seen == null ? NONE : seen,
                                    digit(next != null),
                                    next == null ? NONE : next,
                                    Long.toString(term.millis()).getBytes(UTF_8))
                            .call(connection, timeout())
                            .orThrow("JCache")
                            .number()
                    == 1;
        } catch (KeywrightException e) {
            throw new CacheException(e.getMessage(), e);
        }
    }

    private static byte[] digit(boolean yes) {
        return new byte[] {(byte) (yes ? '1' : '0')};
    }

    /** Gives the entry the rest of life that reading it earns. */
    void touch(byte[] key, Term term) {
        if (term.isOver()) {
            call(Command.named("UNLINK").key(name(key)).buildRepeatable());
        } else if (term.equals(Term.ENDLESS)) {
            call(Command.named("PERSIST").key(name(key)).buildRepeatable());
        } else if (!term.equals(Term.UNCHANGED)) {
            call(Command.named("PEXPIRE").key(name(key)).argument(term.millis()).buildRepeatable());
        }
    }

    private Reply call(Command command) {
        try {
            return connection.call(command).orThrow("JCache");
        } catch (KeywrightException e) {
            throw new CacheException(e.getMessage(), e);
        }
    }

    /** The keys of all entries, each once; entries that come and go meanwhile may be missing. O(keys of the whole server). */
    List<byte[]> keys() {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        onMasters(master -> scan(master, page -> {
            for (Reply name : page) {
                byte[] bytes = name.bytes();
                byte[] key = Arrays.copyOfRange(bytes, prefix.length, bytes.length);
                keys.put(new String(key, ISO_8859_1), key);
            }
        }));
        return List.copyOf(keys.values());
    }

    /** Removes all entries, a page at a time. O(keys of the whole server). */
    void clear() {
        onMasters(master -> scan(master, page -> {
            List<Command> commands = page.stream()
                    .map(name -> Command.named("UNLINK").key(name.bytes()).buildRepeatable())
                    .toList();
            master.batch(commands, timeout()).forEach(reply -> reply.orThrow("JCache"));
        }));
    }

    private void onMasters(Consumer<Connection> visit) {
        try {
            if (connection.topology().kind() != Topology.Kind.CLUSTER) {
                visit.accept(connection);
                return;
            }
            for (Topology.Node master : connection.topology().masters()) {
                try (Connection node = connection.node(master.host(), master.port())) {
                    visit.accept(node);
                }
            }
        } catch (KeywrightException e) {
            throw new CacheException(e.getMessage(), e);
        }
    }

    private void scan(Connection node, Consumer<List<Reply>> page) {
        String cursor = "0";
        do {
            List<Reply> reply = node.call(Command.named("SCAN")
                            .argument(cursor)
                            .argument("MATCH")
                            .argument(pattern())
                            .argument("COUNT")
                            .argument(PAGE)
                            .buildRepeatable())
                    .orThrow("JCache")
                    .items();
            cursor = reply.get(0).text();
            if (!reply.get(1).items().isEmpty()) {
                page.accept(reply.get(1).items());
            }
        } while (!cursor.equals("0"));
    }

    /** The prefix as a pattern that means nothing but itself. */
    private byte[] pattern() {
        StringBuilder pattern = new StringBuilder();
        for (byte each : prefix) {
            char c = (char) (each & 0xFF);
            if ("*?[]\\^-".indexOf(c) >= 0) {
                pattern.append('\\');
            }
            pattern.append(c);
        }
        return pattern.append('*').toString().getBytes(ISO_8859_1);
    }
}
