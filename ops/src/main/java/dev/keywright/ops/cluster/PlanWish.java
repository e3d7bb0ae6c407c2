package dev.keywright.ops.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What should become of a cluster: nodes added, nodes removed, or slots spread evenly. One of the three.
 *
 * @param add {@code host:port} of empty nodes in cluster mode
 * @param replicaOf the master, by id or address, that the added nodes replicate; absent: they become masters with slots
 * @param remove nodes by id or address
 * @param by what is spread evenly
 * @param weights how much a master should hold compared with the others, by id or address; 1 where nothing is said
 */
public record PlanWish(
        List<String> add,
        Optional<String> replicaOf,
        List<String> remove,
        boolean rebalance,
        By by,
        Map<String, Double> weights) {

    /** What a master's share is counted in. */
    public enum By {
        SLOTS,
        KEYS,
        MEMORY
    }

    public PlanWish {
        add = List.copyOf(add);
        remove = List.copyOf(remove);
        weights = Map.copyOf(weights);
        int wishes = (add.isEmpty() ? 0 : 1) + (remove.isEmpty() ? 0 : 1) + (rebalance ? 1 : 0);
        if (wishes != 1) {
            throw new IllegalArgumentException("Say one of add, remove and rebalance; " + wishes + " were said");
        }
        if (weights.values().stream().anyMatch(weight -> weight.isNaN() || weight.isInfinite() || weight < 0)) {
            throw new IllegalArgumentException("A weight is negative or no number; give 0 or more");
        }
    }

    public static PlanWish adding(List<String> nodes, Optional<String> replicaOf) {
        return new PlanWish(nodes, replicaOf, List.of(), false, By.SLOTS, Map.of());
    }

    public static PlanWish removing(List<String> nodes) {
        return new PlanWish(List.of(), Optional.empty(), nodes, false, By.SLOTS, Map.of());
    }

    public static PlanWish rebalancing(By by, Map<String, Double> weights) {
        return new PlanWish(List.of(), Optional.empty(), List.of(), true, by, weights);
    }
}
