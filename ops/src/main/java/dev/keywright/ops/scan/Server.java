package dev.keywright.ops.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server that can be scanned now: two connections to it, and what it says of itself. Any thread may close it. */
final class Server implements Closeable {

    private final Wire wire;
    private final Wire probe;
    private final ServerFacts facts;
    private final boolean quiet;
    private final boolean plain;

    private Server(Wire wire, Wire probe, ServerFacts facts, boolean quiet, boolean plain) {
        this.wire = wire;
        this.probe = probe;
        this.facts = facts;
        this.quiet = quiet;
        this.plain = plain;
    }

    /**
     * @param silence how long it may take over one answer; over a PING it may take longer, that is what is measured
     * @param patience how long a PING may take
     * @throws IOException when it cannot serve now; what it lacks may come
     * @throws Stuck when it does not let us in
     */
    static Server open(Node node, Access access, boolean cluster, Duration silence, Duration patience)
            throws IOException {
        Wire wire = null;
        try {
            wire = Wire.open(node, access, silence);
            ServerFacts facts = facts(wire);
            requireReady(facts, node);
            if (cluster && isReplica(facts) && wire.call("READONLY") instanceof Answer.Failed) {
                throw new Unready("READONLY is refused on " + node + ", a replica; grant the user +readonly");
            }
            boolean quiet =
                    facts.sparesIdleTimes() && !(wire.call("CLIENT", "NO-TOUCH", "ON") instanceof Answer.Failed);
            return new Server(wire, Wire.open(node, access, patience), facts, quiet, isPlain(wire));
        } catch (Wire.Refused refused) {
            close(wire);
            throw new Stuck(node + " does not let us in (" + refused.getMessage()
                    + "). Correct user and password in the" + " URI, redis://user:password@host.");
        } catch (IOException | RuntimeException e) {
            close(wire);
            throw e;
        }
    }

    private static void close(@Nullable Wire wire) {
        if (wire != null) {
            wire.close();
        }
    }

    private static void requireReady(ServerFacts facts, Node node) throws Unready {
        if (facts.text("loading").orElse("0").equals("1")) {
            throw new Unready(node + " is loading its data");
        }
        if (isReplica(facts) && !facts.text("master_link_status").orElse("up").equals("up")) {
            throw new Unready(node + " is a replica that has lost its master");
        }
    }

    private static boolean isReplica(ServerFacts facts) {
        return facts.text("role").orElse("").equals("slave");
    }

    /** Only when the server says so: it lists its modules, and there is none. */
    private static boolean isPlain(Wire wire) throws IOException {
        return wire.call("INFO", "modules") instanceof Answer.Bulk list
                && list.text().strip().equals("# Modules");
    }

    /** What the server says now; nothing where it may not be asked. */
    static ServerFacts facts(Wire wire) throws IOException {
        Answer info = wire.call("INFO", "everything");
        if (info instanceof Answer.Failed failed && (failed.is("NOAUTH") || failed.is("WRONGPASS"))) {
            throw new Wire.Refused(failed.text());
        }
        Answer stats = wire.call("MEMORY", "STATS");
        Map<String, Long> memory = new HashMap<>();
        if (stats instanceof Answer.Many many) {
            flatten("", many.items(), memory);
        }
        return new ServerFacts(
                System.currentTimeMillis(), info instanceof Answer.Bulk text ? fields(text) : Map.of(), memory);
    }

    private static Map<String, String> fields(Answer.Bulk text) {
        Map<String, String> fields = new HashMap<>();
        new String(text.bytes(), UTF_8).lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    private static void flatten(String before, List<Answer> items, Map<String, Long> into) {
        for (int i = 0; i + 1 < items.size(); i += 2) {
            String name = before + items.get(i).text();
            Answer value = items.get(i + 1);
            if (value instanceof Answer.Whole whole) {
                into.put(name, whole.value());
            } else if (value instanceof Answer.Many many) {
                flatten(name + ".", many.items(), into);
            }
        }
    }

    /** Goes to a database; false where that is refused. */
    boolean select(int database) throws IOException {
        return !(wire.call("SELECT", Integer.toString(database)) instanceof Answer.Failed);
    }

    /** Keys of the database; 0 where that is refused. */
    long size() throws IOException {
        return wire.call("DBSIZE") instanceof Answer.Whole whole ? whole.value() : 0;
    }

    Wire wire() {
        return wire;
    }

    Wire probe() {
        return probe;
    }

    Node node() {
        return wire.node();
    }

    ServerFacts facts() {
        return facts;
    }

    boolean replica() {
        return isReplica(facts);
    }

    /** Whether looking at a value leaves its key's idle time alone. */
    boolean quiet() {
        return quiet;
    }

    /** Whether no module can have brought types of its own. */
    boolean plain() {
        return plain;
    }

    /** Of the process; empty where the server does not tell. */
    String runId() {
        return facts.text("run_id").orElse("");
    }

    @Override
    public void close() {
        wire.close();
        probe.close();
    }
}
