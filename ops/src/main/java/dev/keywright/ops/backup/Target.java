package dev.keywright.ops.backup;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Topology;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.HashSlot;
import dev.keywright.ops.wire.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The servers a restore writes to, with a connection to each primary. Not for several threads. */
final class Target implements AutoCloseable {

    private final Connection connection;
    private final Access access;
    private final boolean cluster;
    private final Map<Node, Owner> owners = new LinkedHashMap<>();
    private final Owner[] bySlot = new Owner[HashSlot.COUNT];

    private Target(Connection connection, Access access) {
        this.connection = connection;
        this.access = access;
        this.cluster = connection.topology().kind() == Topology.Kind.CLUSTER;
        lookAgain();
    }

    static Target open(String uri) {
        Connection connection = Connection.open(uri);
        try {
            return new Target(connection, Access.of(uri));
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Learns anew which primary serves which slot. */
    void lookAgain() {
        for (Primary primary : Primary.of(connection)) {
            Owner owner = owners.computeIfAbsent(primary.node(), node -> new Owner(node, access));
            if (cluster) {
                primary.eachSlot().forEach(slot -> bySlot[slot] = owner);
            } else {
                Arrays.fill(bySlot, owner);
            }
        }
    }

    boolean isCluster() {
        return cluster;
    }

    Owner owner(byte[] key) throws IOException {
        Owner owner = cluster ? bySlot[HashSlot.of(key)] : bySlot[0];
        if (owner == null) {
            throw new IOException("slot " + HashSlot.of(key) + " is served by no primary that is up");
        }
        return owner;
    }

    List<Owner> owners() {
        return List.copyOf(owners.values());
    }

    void flush() throws IOException {
        for (Owner owner : owners.values()) {
            owner.flush();
        }
    }

    /** Every server must have answered what it was asked. */
    void select(int database) throws IOException {
        for (Owner owner : owners.values()) {
            owner.select(database);
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
        owners.values().forEach(Owner::close);
        connection.close();
    }

    /** Where it is, without user and password. */
    @Override
    public String toString() {
        return connection.toString();
    }
}
