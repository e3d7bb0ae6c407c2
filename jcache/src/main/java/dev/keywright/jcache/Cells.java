package dev.keywright.jcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import dev.keywright.script.Script;
import java.security.SecureRandom;
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
 * The entries of one cache in Redis, as bytes: a string each, named {@code jcache:<cache>:<key>}; a colon in the cache's name is written
 * {@code %3A}, so no cache's names begin like another's. Whoever changes an entry says what he saw, so that nothing is lost between seeing
 * and changing.
 *
 * <p>Whoever loads marks the entry first. A mark counts as no entry; every change overwrites or removes it, and what was loaded is stored
 * only over the mark. So nothing that was loaded before a change is stored after it.
 */
final class Cells {

    private static final Script SWAP = Script.beside(Cells.class, "swap.lua");
    private static final byte[] NONE = {};
    private static final int PAGE = 500;
    private static final byte MARK = 'p';
    private static final int MARK_BYTES = 17;
    private static final Duration LOADING = Duration.ofSeconds(30);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Connection connection;
    private final byte[] prefix;

    Cells(Connection connection, String cache) {
        this.connection = connection;
        this.prefix = ("jcache:" + cache.replace("%", "%25").replace(":", "%3A") + ':').getBytes(UTF_8);
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
        List<byte @Nullable []> values = new ArrayList<>();
        batch(keys.stream().map(this::get).toList()).forEach(reply -> values.add(bytes(reply)));
        return values;
    }

    private List<Reply> batch(List<Command> commands) {
        try {
            List<Reply> replies = connection.batch(commands, timeout());
            replies.forEach(reply -> reply.orThrow("JCache"));
            return replies;
        } catch (KeywrightException e) {
            throw new CacheException(e.getMessage(), e);
        }
    }

    private Command get(byte[] key) {
        return Command.named("GET").key(name(key)).buildRepeatable();
    }

    private static byte @Nullable [] bytes(Reply reply) {
        byte @Nullable [] bytes = reply.isNothing() ? null : reply.bytes();
        return bytes == null || isMark(bytes) ? null : bytes;
    }

    private static boolean isMark(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == MARK;
    }

    boolean exists(byte[] key) {
        return isEntry(call(firstByte(key)));
    }

    /** Tells those that have an entry from the others; a flush for each page. */
    void sort(List<byte[]> keys, Consumer<byte[]> entries, Consumer<byte[]> others) {
        for (int from = 0; from < keys.size(); from += PAGE) {
            List<byte[]> page = keys.subList(from, Math.min(keys.size(), from + PAGE));
            List<Reply> replies = batch(page.stream().map(this::firstByte).toList());
            for (int i = 0; i < page.size(); i++) {
                (isEntry(replies.get(i)) ? entries : others).accept(page.get(i));
            }
        }
    }

    private Command firstByte(byte[] key) {
        return Command.named("GETRANGE").key(name(key)).argument(0).argument(0).buildRepeatable();
    }

    private static boolean isEntry(Reply firstByte) {
        byte[] bytes = firstByte.bytes();
        return bytes.length > 0 && !isMark(bytes);
    }

    /** Marks the entry as being loaded; the mark that is there when others load it too, null when there is an entry. */
    byte @Nullable [] mark(byte[] key) {
        return markAll(List.of(key)).get(0);
    }

    /** As {@link #mark}; one flush for all. */
    List<byte @Nullable []> markAll(List<byte[]> keys) {
        List<byte[]> own = keys.stream().map(key -> newMark()).toList();
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            commands.add(Command.named("SET")
                    .key(name(keys.get(i)))
                    .argument(own.get(i))
                    .argument("NX")
                    .argument("GET")
                    .argument("PX")
                    .argument(LOADING.toMillis())
                    .buildRepeatable()); // the second time it finds its own
        }
        List<Reply> replies = batch(commands);
        List<byte @Nullable []> marks = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            byte[] there =
                    replies.get(i).isNothing() ? own.get(i) : replies.get(i).bytes();
            marks.add(isMark(there) ? there : null);
        }
        return marks;
    }

    private static byte[] newMark() {
        byte[] mark = new byte[MARK_BYTES];
        RANDOM.nextBytes(mark);
        mark[0] = MARK;
        return mark;
    }

    /** What others are loading for this key will not be stored; an entry stays. */
    void forgetLoad(byte[] key) {
        boolean unused = swap(key, null, null, Term.UNCHANGED);
    }

    /** Takes a mark away if it is still there. */
    void unmark(byte[] key, byte @Nullable [] mark) {
        if (mark == null) {
            return;
        }
        try {
            boolean unused = swap(key, mark, null, Term.UNCHANGED);
        } catch (CacheException late) {
            // it goes by itself; what the load came to matters more
        }
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

    /** Gives the entry the rest of life that reading it earns; when that is none, only to what was read. */
    void touch(byte[] key, byte[] seen, Term term) {
        if (term.isOver()) {
            boolean unused = swap(key, seen, null, Term.UNCHANGED);
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

    /** The keys of all entries and marks, each once; those that come and go meanwhile may be missing. O(keys of the whole server). */
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
