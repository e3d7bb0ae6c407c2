package dev.keywright.ops.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether slots may be moved: nothing is changed in a cluster that is not whole. Pure. */
final class Health {

    private Health() {}

    /**
     * What stands in the way of moving slots; empty when nothing does.
     *
     * @param arriving ids of nodes that need not be known to all yet
     * @param leaving ids of nodes that may be unknown to some or dead, when they hold no slots
     */
    static List<String> obstacles(ClusterView view, Set<String> arriving, Set<String> leaving) {
        Set<String> apart = new HashSet<>(arriving);
        apart.addAll(leaving);
        List<String> obstacles = new ArrayList<>();
        if (!view.uncovered().isEmpty()) {
            obstacles.add("Slots " + view.uncovered() + " are served by no master.");
        }
        for (ClusterView.Node node : view.nodes()) {
            boolean free = apart.contains(node.id()) && node.slots().isEmpty();
            if (node.flags().contains("handshake") && !free) {
                obstacles.add(node.address() + " is still being met (handshake).");
            } else if (node.isMaster() && !free && !isAbandoned(view, node)) {
                inService(node).ifPresent(obstacles::add);
            }
        }
        obstacles.addAll(quarrels(view, apart));
        view.masters().stream()
                .filter(node -> !apart.contains(node.id()))
                .filter(node -> !importsFromTheDead(view, node))
                .forEach(node -> node.facts()
                        .filter(facts -> !facts.state().equals("ok"))
                        .ifPresent(facts -> obstacles.add(
                                node.address() + " says that the cluster's state is " + facts.state() + ".")));
        openSlots(view).stream()
                .filter(open -> open.to().isEmpty())
                .forEach(open -> obstacles.add("Slot " + open.slot()
                        + " is open towards two nodes. Look at CLUSTER NODES of each and close one side with"
                        + " CLUSTER SETSLOT " + open.slot() + " STABLE."));
        return obstacles;
    }

    /** Nodes that could not be told to forget those that leave: they would bring them back. */
    static List<String> deaf(ClusterView view, Set<String> leaving) {
        return view.nodes().stream()
                .filter(node -> !leaving.contains(node.id()) && !node.reachable())
                .map(node -> node.address() + " " + node.away()
                        + " and would bring the removed node back. Mend that, or" + " remove it as well.")
                .toList();
    }

    private static Optional<String> inService(ClusterView.Node master) {
        if (master.fails()) {
            return Optional.of("Master " + master.address() + " fails (" + String.join(",", master.flags())
                    + "). Bring it back, or let a replica take over.");
        }
        return master.reachable()
                ? Optional.empty()
                : Optional.of("Master " + master.address() + " " + master.away() + ".");
    }

    /** A dead master without slots harms nobody, nor do replicas that died with it. */
    private static boolean isAbandoned(ClusterView view, ClusterView.Node node) {
        return !node.reachable()
                && node.slots().isEmpty()
                && view.replicasOf(node).stream().noneMatch(ClusterView.Node::reachable);
    }

    private static List<String> quarrels(ClusterView view, Set<String> apart) {
        return view.disagreements().stream()
                .filter(each -> !apart.contains(each.teller()))
                .map(each -> each.without(apart))
                .map(each -> each.withoutSlots(importing(view, each.teller())))
                .filter(each -> !each.isEmpty())
                .map(each -> "The nodes disagree: " + view.words(each) + ".")
                .toList();
    }

    /**
     * A node that imports a slot does not learn by gossip who owns it. When the giver was failed over, it holds the slot to be lost,
     * and itself to be down, until the move goes on.
     */
    private static boolean importsFromTheDead(ClusterView view, ClusterView.Node node) {
        BitSet importing = importing(view, node.id());
        return view.disagreements().stream()
                .filter(each -> each.teller().equals(node.id()))
                .anyMatch(each -> each.slots().bits().intersects(importing));
    }

    private static BitSet importing(ClusterView view, String id) {
        return view.find(id).stream()
                .flatMap(node -> node.open().stream())
                .filter(open -> open.direction() == ClusterView.Direction.IMPORTING)
                .map(ClusterView.OpenSlot::slot)
                .collect(BitSet::new, BitSet::set, BitSet::or);
    }

    /**
     * A slot whose move was begun.
     *
     * @param to id of the node that takes it; absent when nodes name different ones
     */
    record Begun(int slot, Optional<String> to) {}

    /** Slots on their way, whoever began it; one per slot, in order. */
    static List<Begun> openSlots(ClusterView view) {
        List<Begun> begun = new ArrayList<>();
        view.masters().stream()
                .flatMap(node -> node.open().stream())
                .map(ClusterView.OpenSlot::slot)
                .distinct()
                .sorted()
                .forEach(slot -> begun.add(new Begun(slot, taker(view, slot))));
        return begun;
    }

    private static Optional<String> taker(ClusterView view, int slot) {
        Set<String> importing = new HashSet<>();
        Set<String> named = new HashSet<>();
        for (ClusterView.Node node : view.masters()) {
            for (ClusterView.OpenSlot open : node.open()) {
                if (open.slot() == slot && open.direction() == ClusterView.Direction.IMPORTING) {
                    importing.add(node.id());
                } else if (open.slot() == slot) {
                    named.add(open.other());
                }
            }
        }
        Set<String> takers = importing.isEmpty() ? named : importing;
        return takers.size() == 1 ? takers.stream().findFirst() : Optional.empty();
    }
}
