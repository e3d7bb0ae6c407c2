package dev.keywright.ops.cluster;

import dev.keywright.connection.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the nodes of a cluster say, put together. Of a node that answers its own word counts, of the others what the rest say;
 * where two claim a slot, the higher epoch has it.
 *
 * @param nodes masters before their replicas
 * @param disagreements who says what else about slots or members; empty when all agree
 */
public record ClusterView(List<Node> nodes, List<Disagreement> disagreements) {

    /** What a node does. */
    public enum Role {
        MASTER,
        REPLICA
    }

    /** Which way a slot that is being moved goes, seen from the node that says so. */
    public enum Direction {
        MIGRATING,
        IMPORTING
    }

    /**
     * A slot on its way.
     *
     * @param other id of the node at the other end
     */
    public record OpenSlot(int slot, Direction direction, String other) {}

    /**
     * A node that tells another story.
     *
     * @param teller its id
     * @param slots of which it names other owners
     * @param unknown ids of nodes it does not know
     */
    public record Disagreement(String teller, Slots slots, List<String> unknown) {

        Disagreement without(Set<String> ids) {
            return new Disagreement(
                    teller,
                    slots,
                    unknown.stream().filter(id -> !ids.contains(id)).toList());
        }

        Disagreement withoutSlots(BitSet others) {
            BitSet left = slots.bits();
            left.andNot(others);
            return new Disagreement(teller, Slots.of(left), unknown);
        }

        boolean isEmpty() {
            return slots.isEmpty() && unknown.isEmpty();
        }
    }

    /**
     * One node.
     *
     * @param host the announced address, or the one it was reached by when it announces none
     * @param hostname the announced name
     * @param master id of the node it replicates
     * @param flags as in {@code CLUSTER NODES}; {@code fail?} and {@code fail} when any node says so
     * @param unlinked addresses of the nodes that have no connection to it
     * @param facts what it says of itself; absent when it could not be asked
     * @param refusal why it lets nobody in from here; absent when it does, or does not answer
     */
    public record Node(
            String id,
            String host,
            int port,
            Optional<String> hostname,
            Role role,
            Optional<String> master,
            List<String> flags,
            long epoch,
            Slots slots,
            List<OpenSlot> open,
            List<String> unlinked,
            Optional<Facts> facts,
            Optional<String> refusal) {

        public String address() {
            return endpoint().toString();
        }

        /** Where we reach it. */
        Endpoint endpoint() {
            return facts.map(Facts::reachedBy).map(Endpoint::parse).orElse(new Endpoint(host, port));
        }

        /** Where other nodes reach it. */
        Endpoint announced() {
            return new Endpoint(host, port);
        }

        public boolean reachable() {
            return facts.isPresent();
        }

        /** What to say of one that is not reachable. */
        String away() {
            return refusal.map(reason -> "lets nobody in from here (" + reason + ")")
                    .orElse("cannot be reached from here");
        }

        public boolean isMaster() {
            return role == Role.MASTER;
        }

        public boolean fails() {
            return flags.contains("fail") || flags.contains("fail?");
        }

        Node withSlots(Slots now) {
            return new Node(id, host, port, hostname, role, master, flags, epoch, now, open, unlinked, facts, refusal);
        }
    }

    /**
     * What a node says of itself.
     *
     * @param reachedBy the address it was reached by
     * @param server {@code redis} or {@code valkey}
     * @param state {@code cluster_state}
     * @param maxmemoryBytes 0 for no limit
     * @param offset of the replication stream
     * @param linkUp whether a replica hears its master; true for a master
     * @param linkDown how long it has not
     * @param nodeTimeout absent when this user may not read the configuration
     * @param fullCoverage absent when this user may not read the configuration
     * @param crossSlotErrors refused commands since the start
     */
    public record Facts(
            String reachedBy,
            String server,
            String version,
            String state,
            long keys,
            long usedMemoryBytes,
            long maxmemoryBytes,
            long offset,
            boolean linkUp,
            Duration linkDown,
            Optional<Duration> nodeTimeout,
            Optional<Boolean> fullCoverage,
            long crossSlotErrors) {}

    public ClusterView {
        nodes = List.copyOf(nodes);
        disagreements = List.copyOf(disagreements);
    }

    public List<Node> masters() {
        return nodes.stream().filter(Node::isMaster).toList();
    }

    public List<Node> replicasOf(Node master) {
        return nodes.stream()
                .filter(node -> node.master().filter(master.id()::equals).isPresent())
                .toList();
    }

    /** By id, announced address or the address it is reached by. */
    public Optional<Node> find(String idOrAddress) {
        return nodes.stream()
                .filter(node -> Stream.of(node.id(), node.announced().toString(), node.address())
                        .anyMatch(idOrAddress::equals))
                .findFirst();
    }

    String words(Disagreement disagreement) {
        List<String> says = new ArrayList<>();
        if (!disagreement.slots().isEmpty()) {
            says.add("names other owners of slots " + disagreement.slots());
        }
        if (!disagreement.unknown().isEmpty()) {
            says.add("does not know "
                    + disagreement.unknown().stream().map(this::address).collect(Collectors.joining(", ")));
        }
        return address(disagreement.teller()) + " " + String.join(" and ", says);
    }

    String address(String id) {
        return find(id).map(Node::address).orElse(id);
    }

    Optional<Node> owner(int slot) {
        return nodes.stream().filter(node -> node.slots().bits().get(slot)).findFirst();
    }

    /** The slots that no master serves. */
    public Slots uncovered() {
        BitSet all = new BitSet(Slots.ALL);
        all.set(0, Slots.ALL);
        nodes.forEach(node -> all.andNot(node.slots().bits()));
        return Slots.of(all);
    }

    public long keys() {
        return masters().stream()
                .flatMap(node -> node.facts().stream())
                .mapToLong(Facts::keys)
                .sum();
    }
}
