package dev.keywright.stream;

import static dev.keywright.stream.StreamCommands.bytes;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The commands of one consumer of one group. Threads: any number. */
final class Membership {

    private static final Script CLAIM = Script.beside(Membership.class, "claim.lua");
    private static final Script AGAIN = Script.beside(Membership.class, "again.lua");
    private static final Script KEEP = Script.beside(Membership.class, "keep.lua");
    private static final Script GIVE_BACK = Script.beside(Membership.class, "give-back.lua");
    private static final Script BURY = Script.beside(Membership.class, "bury.lua");
    private static final Script RETIRE = Script.beside(Membership.class, "retire.lua");

    private static final int LONGEST_CAUSE = 500;
    private static final int KEPT_AT_ONCE = 500;

    /** What this consumer has, and how often the group has got it. */
    record Pending(EventId id, int deliveries) {}

    /** An entry as it comes from a script, and how often the group has got it. */
    record Got(Entry entry, int attempt) {}

    /** What came of asking for entries that had been delivered before. */
    record Recovered(List<Got> taken, List<EventId> buried, List<EventId> deleted, List<EventId> gone) {}

    final StreamCommands stream;
    final String group;
    final String consumer;
    private final WorkerOptions options;
    private final byte[] groupBytes;
    private final byte[] consumerBytes;
    private final byte[][] bothKeys;
    private volatile boolean joined;

    Membership(StreamCommands stream, String group, String consumer, WorkerOptions options) {
        if (group.isEmpty()) {
            throw new IllegalArgumentException("The name of the group is empty; give one that all its workers use");
        }
        this.stream = stream;
        this.group = group;
        this.consumer = consumer;
        this.options = options;
        this.groupBytes = bytes(group);
        this.consumerBytes = bytes(consumer);
        this.bothKeys = new byte[][] {stream.key, stream.deadKey(group)};
    }

    String where(String what) {
        return stream.where(what) + ", group " + group;
    }

    /**
     * Makes the group unless it is there. Only the first time it may begin at the end: one that is gone later, together with its stream,
     * begins with the first entry, so that nothing since is passed over. It is looked for first, because a server that is full makes no
     * group, but lets its workers empty it.
     */
    void join() {
        if (!isThere()) {
            Reply reply = stream.connection.call(
                    Command.named("XGROUP")
                            .argument("CREATE")
                            .key(stream.key)
                            .argument(groupBytes)
                            .argument(options.startsAtEnd() && !joined ? "$" : "0")
                            .argument("MKSTREAM")
                            .buildRepeatable(),
                    stream.deadline);
            if (!(reply instanceof Reply.Failure failure && failure.is("BUSYGROUP"))) {
                Reply unused = reply.orThrow(where("XGROUP CREATE"));
            }
        }
        joined = true;
    }

    private boolean isThere() {
        Reply reply = stream.connection.call(
                Command.named("XPENDING").key(stream.key).argument(groupBytes).buildRepeatable(), stream.deadline);
        if (reply instanceof Reply.Failure failure && failure.is("NOGROUP")) {
            return false;
        }
        Reply unused = reply.orThrow(where("XPENDING"));
        return true;
    }

    /** Waits on the server for new entries. */
    Command next(int most, Duration wait) {
        return Command.named("XREADGROUP")
                .argument("GROUP")
                .argument(groupBytes)
                .argument(consumerBytes)
                .argument("COUNT")
                .argument(most)
                .argument("BLOCK")
                .argument(wait.toMillis())
                .argument("STREAMS")
                .key(stream.key)
                .argument(">")
                .build();
    }

    /** The entries of an answer to {@link #next}, in RESP2 or RESP3; none when there is nothing new. */
    List<Entry> read(Reply reply) {
        Reply answer = reply.orThrow(where("XREADGROUP"));
        if (answer.isNothing()) {
            return List.of();
        }
        List<Reply> top = answer.items();
        return Entry.all(top.get(0) instanceof Reply.Items pair ? pair.items().get(1) : top.get(1));
    }

    Command acknowledge(Collection<EventId> ids) {
        Command.Builder command = Command.named("XACK").key(stream.key).argument(groupBytes);
        ids.forEach(id -> command.argument(id.toString()));
        return command.buildRepeatable();
    }

    /** What this consumer has, by the server's record. */
    List<Pending> own(EventId from, int most) {
        Reply reply = stream.ask(
                Command.named("XPENDING")
                        .key(stream.key)
                        .argument(groupBytes)
                        .argument(from.toString())
                        .argument("+")
                        .argument(most)
                        .argument(consumerBytes)
                        .buildRepeatable(),
                "XPENDING");
        List<Pending> own = new ArrayList<>();
        for (Reply each : reply.items()) {
            List<Reply> parts = each.items();
            own.add(new Pending(
                    EventId.parse(parts.get(0).text()),
                    Math.toIntExact(parts.get(3).number())));
        }
        return own;
    }

    /** @param attempts the how manieth attempt it is now, of each */
    Recovered again(Map<EventId, Integer> attempts) {
        List<Reply> reply = stream.ask(
                        AGAIN.with(
                                        bothKeys,
                                        numbered(
                                                attempts,
                                                groupBytes,
                                                consumerBytes,
                                                bytes(options.attempts()),
                                                bytes(options.letters())))
                                .repeatable(),
                        "again")
                .items();
        return new Recovered(got(reply.get(0)), ids(reply.get(1)), ids(reply.get(2)), ids(reply.get(3)));
    }

    /** One step through what others have; what is idle for too long is taken over. */
    Claimed claim(String cursor, int most) {
        List<Reply> reply = stream.ask(
                        CLAIM.with(
                                bothKeys,
                                groupBytes,
                                consumerBytes,
                                bytes(options.idle().toMillis()),
                                bytes(cursor),
                                bytes(most),
                                bytes(options.attempts()),
                                bytes(options.letters())),
                        "claim")
                .items();
        return new Claimed(
                reply.get(0).text(), new Recovered(got(reply.get(1)), ids(reply.get(2)), ids(reply.get(3)), List.of()));
    }

    record Claimed(String cursor, Recovered recovered) {}

    /** Those that are not this consumer's any more: another one has them, or nobody, because they were deleted. */
    record Missing(List<EventId> taken, List<EventId> gone) {}

    /** A sign of life for these. */
    Missing keep(List<EventId> ids) {
        Missing missing = new Missing(new ArrayList<>(), new ArrayList<>());
        for (int from = 0; from < ids.size(); from += KEPT_AT_ONCE) {
            List<EventId> some = ids.subList(from, Math.min(ids.size(), from + KEPT_AT_ONCE));
            List<Reply> reply = stream.ask(
                            KEEP.with(new byte[][] {stream.key}, arguments(some, groupBytes, consumerBytes))
                                    .repeatable(),
                            "keep")
                    .items();
            missing.taken().addAll(ids(reply.get(0)));
            missing.gone().addAll(ids(reply.get(1)));
        }
        return missing;
    }

    /** @param attempts how many of each count */
    void giveBack(Map<EventId, Integer> attempts) {
        if (!attempts.isEmpty()) {
            byte[] idle = bytes(options.idle().toMillis());
            Reply unused = stream.ask(
                    GIVE_BACK
                            .with(new byte[][] {stream.key}, numbered(attempts, groupBytes, consumerBytes, idle))
                            .repeatable(),
                    "give back");
        }
    }

    /** Answers 1 when it is among the dead letters now, 0 when it is another's, 2 when it was deleted. */
    CompletionStage<Long> bury(EventId id, String cause) {
        String shown = cause.length() > LONGEST_CAUSE ? cause.substring(0, LONGEST_CAUSE) : cause;
        return BURY.with(
                        bothKeys,
                        groupBytes,
                        consumerBytes,
                        bytes(options.letters()),
                        bytes(id.toString()),
                        bytes(shown))
                .repeatable()
                .send(stream.connection, stream.deadline)
                .thenApply(reply -> reply.orThrow(where("bury")).number());
    }

    /** Removes dead consumers; answers how many. */
    int retireDead() {
        return size(stream.ask(
                RETIRE.with(stream.key, groupBytes, bytes(options.deadAfter().toMillis()), bytes(""))
                        .repeatable(),
                "retire"));
    }

    /** Leaves the group, unless it still has something. */
    boolean leave() {
        return size(stream.ask(
                        RETIRE.with(stream.key, groupBytes, bytes(0), consumerBytes)
                                .repeatable(),
                        "leave"))
                > 0;
    }

    private static byte[][] numbered(Map<EventId, Integer> numbers, byte[]... first) {
        List<byte[]> arguments = new ArrayList<>(List.of(first));
        numbers.forEach((id, number) -> {
            arguments.add(bytes(id.toString()));
            arguments.add(bytes(number));
        });
        return arguments.toArray(byte[][]::new);
    }

    private static byte[][] arguments(Collection<EventId> ids, byte[]... first) {
        List<byte[]> arguments = new ArrayList<>(List.of(first));
        ids.forEach(id -> arguments.add(bytes(id.toString())));
        return arguments.toArray(byte[][]::new);
    }

    private static List<Got> got(Reply entries) {
        List<Got> got = new ArrayList<>();
        for (Reply each : entries.items()) {
            List<Reply> parts = each.items();
            got.add(new Got(
                    Entry.of(parts.get(0), parts.get(2)),
                    Math.toIntExact(parts.get(1).number())));
        }
        return got;
    }

    private static int size(Reply ids) {
        return ids.items().size();
    }

    private static List<EventId> ids(Reply reply) {
        List<EventId> ids = new ArrayList<>();
        reply.items().forEach(each -> ids.add(EventId.parse(each.text())));
        return ids;
    }
}
