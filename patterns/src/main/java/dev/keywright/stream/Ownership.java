package dev.keywright.stream;

import static dev.keywright.stream.StreamCommands.bytes;

import dev.keywright.connection.Reply;
import dev.keywright.lease.Goal;
import dev.keywright.lease.Holding;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;

/** The right to work on a partition for a group, under a lease. */
final class Ownership implements Goal<Holding> {

    private static final Script OWN = Script.beside(Ownership.class, "own.lua");
    private static final Script KEEP = Script.beside(Ownership.class, "keep-own.lua");
    private static final Duration ALWAYS = Duration.ofDays(3_650);

    private final StreamCommands partition;
    private final byte[] key;
    private final String owner;
    private final Duration lease;

    Ownership(StreamCommands partition, String group, String owner, Duration lease) {
        this.partition = partition;
        this.key = partition.ownerKey(group);
        this.owner = owner;
        this.lease = lease;
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public Script.Invocation question(Duration patience, long since) {
        return OWN.with(key, bytes(owner), bytes(lease.toMillis())).repeatable();
    }

    @Override
    public Holding given(Holding holding, List<Reply> answer) {
        return holding;
    }

    @Override
    public Script.Invocation renewal(Duration length) {
        return KEEP.with(key, bytes(owner), bytes(length.toMillis())).repeatable();
    }

    @Override
    public Script.Invocation giveBack(boolean waited) {
        return KEEP.with(key, bytes(owner), bytes(0)).repeatable();
    }

    @Override
    public Duration lease() {
        return lease;
    }

    @Override
    public Duration renewFor() {
        return ALWAYS;
    }

    @Override
    public Duration deadline() {
        return partition.deadline;
    }

    @Override
    public String where() {
        return partition.where("partition");
    }
}
