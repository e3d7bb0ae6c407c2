package dev.keywright.ops.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Topology;
import dev.keywright.ops.OpsException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Looks for keys by SCAN, on one master after the other, in the database of the connection.
 * <ul>
 *   <li>Gentle: pages of {@value #PAGE} keys, and after each a rest as long as the page took.
 *   <li>Bounded: by keys looked at and by time; what was not seen is told.
 *   <li>Rights: {@code +scan}.
 * </ul>
 */
public final class KeySearch {

    private static final int PAGE = 500;
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * What was found.
     *
     * @param keys in no order, none twice
     * @param complete whether all keys were looked at
     */
    public record Found(List<byte[]> keys, boolean complete) {}

    private final Connection connection;
    private final Consumer<String> progress;
    private final long until = System.nanoTime() + LONGEST.toNanos();
    private final Map<String, byte[]> found = new LinkedHashMap<>();
    private long left;
    private boolean complete = true;

    private KeySearch(Connection connection, long most, Consumer<String> progress) {
        this.connection = connection;
        this.left = most;
        this.progress = progress;
    }

    /**
     * @param pattern as SCAN takes it
     * @param type such as {@code stream}, or empty for any
     * @param most how many keys are looked at, about
     * @throws OpsException when the user may not scan
     */
    public static Found look(Connection connection, String pattern, String type, long most, Consumer<String> progress) {
        KeySearch search = new KeySearch(connection, most, progress);
        for (Topology.Node node : servers(connection.topology())) {
            search.scan(node, pattern, type);
        }
        return new Found(List.copyOf(search.found.values()), search.complete);
    }

    private static List<Topology.Node> servers(Topology topology) {
        List<Topology.Node> masters =
                topology.masters().stream().filter(node -> node.slots() > 0).toList();
        return masters.isEmpty() ? topology.nodes() : masters;
    }

    private void scan(Topology.Node at, String pattern, String type) {
        try (Connection node = connection.node(at.host(), at.port())) {
            String cursor = "0";
            do {
                if (left <= 0 || System.nanoTime() > until) {
                    complete = false;
                    return;
                }
                progress.accept("looking for keys on " + at.endpoint() + ", " + found.size() + " found");
                long start = System.nanoTime();
                List<Reply> page = page(node, cursor, pattern, type);
                cursor = page.get(0).text();
                page.get(1).items().forEach(key -> found.put(HexFormat.of().formatHex(key.bytes()), key.bytes()));
                left -= PAGE;
                LockSupport.parkNanos(System.nanoTime() - start);
            } while (!cursor.equals("0"));
        }
    }

    private static List<Reply> page(Connection node, String cursor, String pattern, String type) {
        Command.Builder scan = Command.named("SCAN")
                .argument(cursor)
                .argument("MATCH")
                .argument(pattern)
                .argument("COUNT")
                .argument(PAGE);
        if (!type.isEmpty()) {
            scan.argument("TYPE").argument(type);
        }
        try {
            return node.call(scan.buildRepeatable(), PATIENCE)
                    .orThrow("SCAN on " + node)
                    .items();
        } catch (KeywrightException.Misused refused) {
            throw new OpsException(
                    "Keys cannot be looked for: " + refused.getMessage() + " Allow +scan, or name what to look at.",
                    refused);
        }
    }

    /** Names as patterns: what has a meaning there is taken as it is. */
    public static String literally(String name) {
        return name.replaceAll("([\\\\*?\\[\\]^-])", "\\\\$1");
    }

    /** A name as a shell takes it. */
    public static String word(String name) {
        return name.matches("[\\w:./@-]+") ? name : "'" + name.replace("'", "'\\''") + "'";
    }

    /** A name for people; bytes that are no text come out as hexadecimal. */
    public static String shown(byte[] name) {
        String text = new String(name, UTF_8);
        return text.indexOf('\ufffd') < 0 ? text : "0x" + HexFormat.of().formatHex(name);
    }
}
