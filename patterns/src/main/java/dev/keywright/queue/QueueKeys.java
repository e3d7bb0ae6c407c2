package dev.keywright.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Lessee;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;

/** The keys of one queue, and what is asked of them. */
final class QueueKeys {

    private static final Script TAKE = Script.beside(QueueKeys.class, "take.lua");
    private static final Script MOVE = Script.beside(QueueKeys.class, "move.lua");
    private static final Script SEND_LATER = Script.beside(QueueKeys.class, "send-later.lua");
    private static final Script OFFER = Script.beside(QueueKeys.class, "offer.lua");
    private static final Script RENEW = Script.beside(QueueKeys.class, "renew.lua");
    private static final Script RECOVER = Script.beside(QueueKeys.class, "recover.lua");
    private static final Script LEAVE = Script.beside(QueueKeys.class, "leave.lua");
    private static final Script REDRIVE = Script.beside(QueueKeys.class, "redrive.lua");
    private static final Duration LONGEST_WAIT = Duration.ofDays(3_650);
    private static final byte[] LOST = Entry.cause("Its consumer was lost");

    final Lessee lessee;
    final QueueOptions options;
    final Stem stem;
    final String where; // for messages
    final byte[] queue;
    final byte[] dead;
    final byte[] later;
    final byte[] consumers;
    final byte[] senders;

    QueueKeys(Lessee lessee, String name, QueueOptions options) {
        this.lessee = lessee;
        this.options = options;
        this.stem = new Stem("queue", "queue", name);
        this.where = stem.toString();
        this.queue = stem.key("");
        this.dead = stem.key(":dead");
        this.later = stem.key(":later");
        this.consumers = stem.key(":consumers");
        this.senders = stem.key(":senders");
    }

    Connection connection() {
        return lessee.connection();
    }

    Duration deadline() {
        return lessee.deadline(options.deadline());
    }

    Reply call(Script.Invocation script) {
        return script.call(connection(), deadline()).orThrow(where);
    }

    byte[] taken(String consumer) {
        return stem.key(":taken:" + consumer);
    }

    /** Not negative, and not more than can be counted. */
    static long nanos(Duration wait) {
        return wait.isNegative() ? 0 : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT.toNanos() : wait.toNanos();
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    private static byte[][] arguments(List<byte[]> entries, byte[]... first) {
        byte[][] all = new byte[first.length + entries.size()][];
        System.arraycopy(first, 0, all, 0, first.length);
        for (int i = 0; i < entries.size(); i++) {
            all[first.length + i] = entries.get(i);
        }
        return all;
    }

    Command send(List<byte[]> entries) {
        int room = queue.length + 11;
        for (byte[] entry : entries) {
            room += entry.length + 11;
        }
        Command.Builder command = Command.named("RPUSH", room).key(queue);
        entries.forEach(command::argument);
        return command.build();
    }

    Script.Invocation sendLater(List<byte[]> entries, Duration delay) {
        return SEND_LATER.with(new byte[][] {queue, later}, arguments(entries, number(delay.toMillis())));
    }

    /** @param sender who waits for room, or empty */
    Script.Invocation offer(byte[] entry, int capacity, String sender) {
        return OFFER.with(new byte[][] {queue, senders}, number(capacity), sender.getBytes(UTF_8), entry);
    }

    Command endWaiting(String sender) {
        return Command.named("ZREM").key(senders).argument(sender).buildRepeatable();
    }

    Script.Invocation take(String consumer, byte[] taken, int count, List<byte[]> acknowledged) {
        return TAKE.with(
                new byte[][] {queue, taken, consumers, later, senders},
                arguments(
                        acknowledged,
                        consumer.getBytes(UTF_8),
                        number(options.lease().toMillis()),
                        number(count),
                        Lessee.CHANNEL));
    }

    Command await(byte[] taken, Duration wait) {
        return Command.named("BLMOVE")
                .key(queue)
                .key(taken)
                .argument("LEFT")
                .argument("RIGHT")
                .argument(Double.toString(wait.toMillis() / 1_000.0))
                .build();
    }

    /** @param pairs what the consumer has and what takes its place, in turn */
    Script.Invocation move(byte[] taken, String where, Duration delay, List<byte[]> pairs) {
        return MOVE.with(
                new byte[][] {queue, taken, dead, later},
                arguments(
                        pairs,
                        where.getBytes(UTF_8),
                        number(delay.toMillis()),
                        number(options.dead()),
                        number(options.deadFor().toMillis())));
    }

    Script.Invocation renew(String consumer, byte[] taken) {
        return RENEW.with(
                        new byte[][] {taken, consumers},
                        consumer.getBytes(UTF_8),
                        number(options.lease().toMillis()))
                .repeatable();
    }

    /** @param record name of a consumer, with {@code ~} before it for what was left */
    Script.Invocation recover(String record) {
        String consumer = record.startsWith("~") ? record.substring(1) : record;
        return RECOVER.with(
                        new byte[][] {queue, taken(consumer), dead, consumers},
                        consumer.getBytes(UTF_8),
                        record.getBytes(UTF_8),
                        number(options.attempts()),
                        number(options.dead()),
                        number(options.deadFor().toMillis()),
                        LOST)
                .repeatable();
    }

    Script.Invocation leave(String consumer, byte[] taken, boolean doubtful) {
        return LEAVE.with(new byte[][] {taken, consumers}, consumer.getBytes(UTF_8), number(doubtful ? 1 : 0))
                .repeatable();
    }

    Script.Invocation redrive(int count) {
        return REDRIVE.with(new byte[][] {dead, queue}, number(count), number(1));
    }

    static Command length(String command, byte[] key) {
        return Command.named(command).key(key).buildRepeatable();
    }

    static Command range(byte[] key, int first, int last) {
        return Command.named("LRANGE").key(key).argument(first).argument(last).buildRepeatable();
    }

    Command consumers(int most) {
        return Command.named("ZRANGE")
                .key(consumers)
                .argument(0)
                .argument(most - 1)
                .buildRepeatable();
    }
}
