package dev.keywright.ops.benchmark;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.HashSlot;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Keys that a replay wrote and that have to go, by name and database, up to a bound. One thread. */
final class Leftovers {

    private static final int MOST = 300_000;
    private static final int BATCH = 500;

    private final Target target;
    private final Map<Integer, Map<ByteBuffer, byte[]>> byDatabase = new HashMap<>();
    private int size;

    Leftovers(Target target) {
        this.target = target;
    }

    void add(byte[] key, int database) {
        if (!isFull()
                && byDatabase
                                .computeIfAbsent(database, any -> new LinkedHashMap<>())
                                .putIfAbsent(ByteBuffer.wrap(key), key)
                        == null) {
            size++;
        }
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size >= MOST;
    }

    /** In batches, key by key: keys of one command would have to share a slot. */
    void remove() {
        Map<Node, Wire> wires = new HashMap<>();
        try {
            for (Map.Entry<Integer, Map<ByteBuffer, byte[]>> each : byDatabase.entrySet()) {
                remove(each.getKey(), each.getValue().values(), wires);
            }
        } catch (IOException e) {
            throw new OpsException(
                    "Keys of the replay could not be removed (" + target + ": " + e.getMessage()
                            + "). Remove those under its prefix.",
                    e);
        } finally {
            wires.values().forEach(Wire::close);
        }
    }

    private void remove(int database, Collection<byte[]> keys, Map<Node, Wire> wires) throws IOException {
        Map<Wire, Integer> waiting = new HashMap<>();
        Set<Wire> chosen = new HashSet<>();
        int batched = 0;
        for (byte[] key : keys) {
            int slot = target.isCluster() ? HashSlot.of(key) : 0;
            Node node = target.routes().node(target.routes().owner(slot));
            Wire wire = wires.get(node);
            if (wire == null) {
                wire = target.wire(node);
                wires.put(node, wire);
            }
            if (!target.isCluster() && chosen.add(wire)) {
                wire.ask("SELECT", Integer.toString(database));
            }
            wire.send("UNLINK", key);
            waiting.merge(wire, 1, Integer::sum);
            if (++batched % BATCH == 0) {
                await(waiting);
            }
        }
        await(waiting);
    }

    private static void await(Map<Wire, Integer> waiting) throws IOException {
        for (Map.Entry<Wire, Integer> each : waiting.entrySet()) {
            each.getKey().flush();
            for (int i = 0; i < each.getValue(); i++) {
                each.getKey().read();
            }
        }
        waiting.clear();
    }
}
