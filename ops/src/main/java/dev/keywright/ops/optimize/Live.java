package dev.keywright.ops.optimize;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Topology;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A running deployment as it is now.
 *
 * @param name without user and password
 * @param settings limits of compact encodings, as the first primary has them
 * @param calls of each command on all primaries
 * @param usedMemory of all primaries, as INFO tells it
 * @param usedBytes of data on all primaries
 * @param newBacklogBytes what replication backlogs may grow to that are not there before a copy is taken as a replica takes it
 * @param program the server program's file, where that is on this machine
 * @param server such as {@code redis 7.0.15 jemalloc-5.3.0}
 */
record Live(
        String name,
        Access access,
        List<Node> primaries,
        List<Node> replicas,
        Map<String, String> settings,
        Map<String, Long> calls,
        long usedMemory,
        long usedBytes,
        long newBacklogBytes,
        long keys,
        Optional<Path> program,
        String server,
        List<String> notes) {

    private static final List<String> LIMITS = List.of("*-max-listpack-*", "set-max-*", "list-*", "stream-node-*");

    static Live look(String uri) {
        Access access = Access.of(uri);
        try (Connection connection = Connection.open(uri)) {
            Topology topology = connection.topology();
            List<Node> replicas = nodes(topology.replicas());
            List<Node> primaries = nodes(topology.masters().isEmpty() ? topology.nodes() : topology.masters());
            return look(connection.toString(), access, primaries, replicas);
        } catch (IOException e) {
            throw new OpsException("The servers do not answer: " + e.getMessage() + ". Check that they run.", e);
        } catch (Wire.Refused e) {
            throw new OpsException(
                    "The server does not tell about itself: " + e.getMessage() + ". Allow the user +info.", e);
        }
    }

    private static List<Node> nodes(List<Topology.Node> known) {
        return known.stream().map(each -> new Node(each.host(), each.port())).toList();
    }

    private static Live look(String name, Access access, List<Node> primaries, List<Node> replicas) throws IOException {
        Map<String, Long> calls = new HashMap<>();
        List<String> notes = new ArrayList<>();
        Map<String, String> settings = new TreeMap<>();
        long raw = 0;
        long used = 0;
        long backlog = 0;
        long keys = 0;
        Optional<Path> program = Optional.empty();
        String server = "";
        for (Node node : primaries) {
            try (Wire wire = Wire.open(node, access)) {
                Memory memory = Memory.of(wire);
                memory.calls().forEach((command, count) -> calls.merge(command, count, Long::sum));
                raw += memory.number("used_memory");
                used += memory.dataBytes();
                backlog += memory.number("repl_backlog_active") == 0 ? memory.number("repl_backlog_size") : 0;
                keys += memory.keys();
                if (settings.isEmpty()) {
                    settings.putAll(settings(wire, notes));
                    program = program(node, memory);
                    server = server(memory);
                }
            }
        }
        return new Live(
                name,
                access,
                primaries,
                replicas,
                settings,
                calls,
                raw,
                used,
                backlog,
                keys,
                program,
                server,
                List.copyOf(notes));
    }

    static Map<String, String> settings(Wire wire, List<String> notes) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        for (String limit : LIMITS) {
            Answer answer = wire.call("CONFIG", "GET", limit);
            if (answer instanceof Answer.Failed failed) {
                notes.add("The server does not tell its settings (" + failed.text()
                        + "), so defaults are taken for them. Allow the user +config|get to have its own.");
                return Map.of();
            }
            String[] lines = answer.text().split("\n", -1);
            for (int i = 0; i + 1 < lines.length; i += 2) {
                if (!lines[i].contains("ziplist")) { // older names of the same
                    settings.put(lines[i], lines[i + 1]);
                }
            }
        }
        return settings;
    }

    private static Optional<Path> program(Node node, Memory memory) {
        Path file = Path.of(memory.text("executable"));
        return node.isHere() && file.isAbsolute() && Files.isExecutable(file) ? Optional.of(file) : Optional.empty();
    }

    private static String server(Memory memory) {
        boolean valkey = !memory.text("valkey_version").isEmpty();
        return (valkey ? "valkey " + memory.text("valkey_version") : "redis " + memory.text("redis_version")) + " "
                + memory.text("mem_allocator");
    }
}
