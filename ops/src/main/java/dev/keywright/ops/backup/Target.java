package dev.keywright.ops.backup;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Topology;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The servers a restore writes to, with a connection to each primary. Not for several threads. */
final class Target implements AutoCloseable {

    /** One primary, its connection, and the keys it was sent and has not answered for. */
    record Owner(Wire wire, Deque<byte[]> unanswered) {}

    private final Connection connection;
    private final Access access;
    private final boolean cluster;
    private final Map<Node, Owner> owners = new LinkedHashMap<>();
    private final Owner[] bySlot = new Owner[Slots.COUNT];

    private Target(Connection connection, Access access) throws IOException {
        this.connection = connection;
        this.access = access;
        this.cluster = connection.topology().kind() == Topology.Kind.CLUSTER;
        lookAgain();
    }

    static Target open(String uri) throws IOException {
        Connection connection = Connection.open(uri);
        try {
            return new Target(connection, Access.of(uri));
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Learns anew which primary serves which slot. */
    void lookAgain() throws IOException {
        for (Primary primary : Primary.of(connection)) {
            Owner owner = owners.get(primary.node());
            if (owner == null) {
                owner = new Owner(Wire.open(primary.node(), access), new ArrayDeque<>());
                owners.put(primary.node(), owner);
            }
            if (cluster) {
                Owner serving = owner;
                primary.eachSlot().forEach(slot -> bySlot[slot] = serving);
            } else {
                Arrays.fill(bySlot, owner);
            }
        }
    }

    boolean isCluster() {
        return cluster;
    }

    Owner owner(byte[] key) throws IOException {
        Owner owner = cluster ? bySlot[Slots.of(key)] : bySlot[0];
        if (owner == null) {
            throw new IOException("slot " + Slots.of(key) + " is served by no primary that is up");
        }
        return owner;
    }

    List<Owner> owners() {
        return List.copyOf(owners.values());
    }

    void flush() throws IOException {
        for (Owner owner : owners.values()) {
            owner.wire().flush();
        }
    }

    void select(int database) throws IOException {
        if (!cluster) {
            for (Owner owner : owners.values()) {
                owner.wire().ask("SELECT", Integer.toString(database));
            }
        }
    }

    List<State> states() throws IOException {
        List<State> states = new ArrayList<>();
        for (Owner owner : owners.values()) {
            states.add(State.of(owner.wire()));
        }
        return states;
    }

    @Override
    public void close() {
        owners.values().forEach(owner -> owner.wire().close());
        connection.close();
    }

    /** Where it is, without user and password. */
    @Override
    public String toString() {
        return connection.toString();
    }
}
