package dev.keywright.ops.benchmark;

import dev.keywright.ops.wire.HashSlot;
import dev.keywright.ops.wire.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Which server takes which slot. Servers keep their number whatever becomes of their slots. Any thread reads, one changes. */
final class Routes {

    private final List<Node> nodes = new ArrayList<>();
    private volatile int[] owners = new int[HashSlot.COUNT];
    private volatile boolean doubted;

    Routes(Map<Node, int[]> slots) {
        replace(slots);
    }

    /**
     * @param slots of each server, from and to in turn
     */
    synchronized void replace(Map<Node, int[]> slots) {
        int[] next = Arrays.copyOf(owners, owners.length);
        slots.forEach((node, ranges) -> {
            int number = nodes.indexOf(node);
            if (number < 0) {
                number = nodes.size();
                nodes.add(node);
            }
            for (int i = 0; i < ranges.length; i += 2) {
                Arrays.fill(next, ranges[i], ranges[i + 1] + 1, number);
            }
        });
        owners = next;
        doubted = false;
    }

    int owner(int slot) {
        return owners[slot];
    }

    synchronized Node node(int number) {
        return nodes.get(number);
    }

    synchronized List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /** A server said that a slot is elsewhere, or could not be reached: somebody should ask again. */
    void doubt() {
        doubted = true;
    }

    boolean isDoubted() {
        return doubted;
    }
}
