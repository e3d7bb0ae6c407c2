package dev.keywright.ops.backup;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Topology;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.HashSlot;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server whose data go into a backup: a replica whose link is up, the one that lags least, else the primary itself.
 *
 * @param node the server to read
 * @param replicas how many the primary has
 * @param slots of a cluster, as CLUSTER NODES writes them; empty otherwise
 * @param state of the primary, when it was looked at
 */
record Origin(int number, Node node, boolean replica, int replicas, String slots, State state) {

    private static final Duration PROBE = Duration.ofSeconds(3);
    private static final Pattern REPLICA = Pattern.compile("ip=([^,]+),port=(\\d+),state=([^,]+),offset=(\\d+).*");

    private record Candidate(Node node, long offset) {}

    /**
     * One origin for each primary.
     *
     * @param partial accept a cluster some of whose slots are not served or move
     * @param notes is told what differs from the usual
     */
    static List<Origin> of(Connection connection, Access access, boolean partial, Consumer<String> notes)
            throws IOException {
        List<Origin> origins = new ArrayList<>();
        List<Primary> primaries = Primary.of(connection);
        if (connection.topology().kind() == Topology.Kind.CLUSTER) {
            requireWhole(primaries, connection, access, partial, notes);
        }
        for (Primary primary : primaries) {
            origins.add(chosen(origins.size() + 1, primary, access, notes));
        }
        return List.copyOf(origins);
    }

    private static void requireWhole(
            List<Primary> primaries, Connection connection, Access access, boolean partial, Consumer<String> notes)
            throws IOException {
        List<String> wrong = new ArrayList<>();
        int served = primaries.stream().mapToInt(Primary::count).sum();
        if (served != HashSlot.COUNT) {
            wrong.add(
                    (HashSlot.COUNT - served) + " of " + HashSlot.COUNT + " slots are served by no primary that is up");
        }
        wrong.addAll(moving(primaries, access));
        if (!wrong.isEmpty() && !partial) {
            throw new OpsException("The cluster is not whole (" + connection + "): " + String.join("; ", wrong)
                    + ". Mend it first, or take what there is with --allow-partial.");
        }
        wrong.forEach(notes);
    }

    /** Where a slot is on its way: its keys are on two servers, and in one snapshot, in both or in none. */
    static List<String> moving(List<Primary> primaries, Access access) throws IOException {
        List<String> moving = new ArrayList<>();
        for (Primary primary : primaries) {
            try (Wire wire = Wire.open(primary.node(), access)) {
                if (wire.ask("CLUSTER", "NODES").contains(" [")) {
                    moving.add("slots are moving at " + primary.node());
                }
            }
        }
        return moving;
    }

    private static Origin chosen(int number, Primary primary, Access access, Consumer<String> notes)
            throws IOException {
        State state;
        try (Wire wire = Wire.open(primary.node(), access)) {
            state = State.of(wire);
        }
        if (state.isReplica()) {
            return new Origin(number, primary.node(), true, 0, primary.slots(), state);
        }
        List<Candidate> replicas = replicas(state);
        for (Candidate candidate : replicas) {
            String trouble = trouble(candidate.node(), access);
            if (trouble.isEmpty()) {
                return new Origin(number, candidate.node(), true, replicas.size(), primary.slots(), state);
            }
            notes.accept("Replica " + candidate.node() + " was passed over: " + trouble);
        }
        return new Origin(number, primary.node(), false, replicas.size(), primary.slots(), state);
    }

    /** As the primary lists them, the one that has read most first; whoever only fetches a snapshot has no port. */
    private static List<Candidate> replicas(State primary) {
        List<Candidate> replicas = new ArrayList<>();
        primary.fields().forEach((name, value) -> {
            Matcher listed = REPLICA.matcher(value);
            if (name.matches("slave\\d+")
                    && listed.matches()
                    && !listed.group(2).equals("0")) {
                replicas.add(new Candidate(
                        new Node(listed.group(1), Integer.parseInt(listed.group(2))), Long.parseLong(listed.group(4))));
            }
        });
        replicas.sort(Comparator.comparingLong(Candidate::offset).reversed());
        return replicas;
    }

    private static String trouble(Node node, Access access) {
        try (Wire wire = Wire.open(node, access, PROBE)) {
            State state = State.of(wire);
            boolean ready = state.isReplica()
                    && state.field("master_link_status").equals("up")
                    && state.field("master_sync_in_progress").equals("0");
            return ready ? "" : "its link to the primary is down";
        } catch (IOException | Wire.Refused e) {
            return "no answer from it here (" + e.getMessage() + ")";
        }
    }
}
