package dev.keywright.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.codec.Codec;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.lease.Lessee;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;

/**
 * A stream in parts that lie on different masters of a Cluster, so that it may grow beyond what one of them bears. Events of one key are in one
 * part, in their order, and are handled in their order by whichever process has that part; the processes of a group share the parts
 * among themselves, and share anew when one comes, goes or dies.
 * <ul>
 *   <li>Part 3 of {@code orders} is the {@link EventStream} named {@code orders/3}, with key {@code stream:{orders/3}}; all that one can do,
 *       {@link #part} can. The number of parts must be the same in all processes, always.
 *   <li>Commands: as the parts have; besides, each process one look a second who else is there, and a sign of life for each part it has.
 *   <li>Failure: when a process dies its parts go to others after the lease, ten seconds or {@link WorkerOptions#idle()} if that is less, each
 *       with what was not acknowledged.
 * </ul>
 */
public final class PartitionedStream<T> {

    /** What all of it asks of a server. */
    public static final Needs NEEDS = EventStream.NEEDS.and(Needs.of(
            List.of("PTTL", "PEXPIRE", "DEL", "ZADD", "ZREM", "ZREMRANGEBYSCORE", "ZRANGE"), List.of("stream:*")));

    private static final int MOST_PARTS = 1_024;

    private final Lessee lessee;
    private final StreamCommands commands;
    private final Codec<T> codec;
    private final List<EventStream<T>> parts = new ArrayList<>();
    private final List<StreamCommands> partCommands = new ArrayList<>();

    /** Users call {@code Keywright.partitionedStream}. */
    public PartitionedStream(Lessee lessee, String name, int parts, StreamOptions options, Codec<T> codec) {
        if (parts < 1 || parts > MOST_PARTS) {
            throw new IllegalArgumentException("parts is " + parts + "; give 1 to " + MOST_PARTS);
        }
        Connection connection = lessee.connection();
        this.lessee = lessee;
        this.codec = codec;
        this.commands = new StreamCommands(connection, name, options);
        for (int i = 0; i < parts; i++) {
            String part = name + "/" + i;
            this.parts.add(new EventStream<>(connection, part, options, codec));
            this.partCommands.add(new StreamCommands(connection, part, options));
        }
    }

    public String name() {
        return commands.name();
    }

    public int parts() {
        return parts.size();
    }

    /** One part, to be read, trimmed, looked at. */
    public EventStream<T> part(int number) {
        return parts.get(number);
    }

    /** The part that has the events of a key: CRC-32 of its UTF-8, modulo the number of parts. */
    public int partOf(String key) {
        CRC32 crc = new CRC32();
        crc.update(key.getBytes(UTF_8));
        return (int) (crc.getValue() % parts.size());
    }

    /** {@link EventStream#append(Message)} to the part of the message's key; without one to that of its id, else to any. */
    public EventId append(Message<T> message) {
        return parts.get(partOf(message)).append(message);
    }

    /** {@link #append} without waiting. */
    public CompletionStage<EventId> appendAsync(Message<T> message) {
        return parts.get(partOf(message)).appendAsync(message);
    }

    private int partOf(Message<T> message) {
        return message.key()
                .or(message::id)
                .map(this::partOf)
                .orElseGet(() -> ThreadLocalRandom.current().nextInt(parts.size()));
    }

    /** What a group could not handle of the events of one part. */
    public DeadLetters<T> deadLetters(int part, String group) {
        return parts.get(part).deadLetters(group);
    }

    /** Begins to handle events for a group, on a fair share of the parts. Close it to stop. */
    public PartitionedWorker<T> work(String group, EventHandler<T> handler) {
        return work(group, WorkerOptions.DEFAULTS, handler);
    }

    /** @param options of the worker of each part; the order of keys is kept, and the consumer is named for the group */
    public PartitionedWorker<T> work(String group, WorkerOptions options, EventHandler<T> handler) {
        return new PartitionedWorker<>(lessee, commands, partCommands, codec, group, options, handler);
    }

    @Override
    public String toString() {
        return commands.where("PartitionedStream") + " in " + parts.size() + " parts";
    }
}
