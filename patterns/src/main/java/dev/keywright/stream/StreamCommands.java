package dev.keywright.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.codec.Codec;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The commands that one stream is made of, and its keys. Threads: any number. */
final class StreamCommands {

    /** A message as it is sent. */
    record Encoded(Optional<String> id, List<byte[]> fields) {}

    private static final Script APPEND = Script.beside(StreamCommands.class, "append.lua");
    private static final Script TRIM = Script.beside(StreamCommands.class, "trim.lua");
    private static final Script GROUPS = Script.beside(StreamCommands.class, "groups.lua");
    private static final Script REDRIVE = Script.beside(StreamCommands.class, "redrive.lua");

    private static final byte[] ANY_ID = bytes("*");
    private static final int FRAME = 11; // around an argument of up to 9,999 bytes
    private static final int TRIMMED_AT_ONCE = 10_000;
    private static final int COUNTED = 1_000;

    final Connection connection;
    final StreamOptions options;
    final Duration deadline;
    final byte[] key;
    private final Stem stem;

    StreamCommands(Connection connection, String name, StreamOptions options) {
        this.connection = connection;
        this.options = options;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.stem = new Stem("stream", "stream", name);
        this.key = stem.key("");
    }

    String name() {
        return stem.name();
    }

    byte[] deadKey(String group) {
        return stem.key(":dead:" + group);
    }

    byte[] ownerKey(String group) {
        return stem.key(":owner:" + group);
    }

    byte[] membersKey(String group) {
        return stem.key(":members:" + group);
    }

    String where(String what) {
        return what + " of " + stem;
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static byte[] bytes(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    Command add(Encoded message) {
        int room = key.length + FRAME;
        for (byte[] field : message.fields()) {
            room += field.length + FRAME;
        }
        Command.Builder command = Command.named("XADD", room).key(key).argument(ANY_ID);
        for (byte[] field : message.fields()) {
            command.argument(field);
        }
        return command.build();
    }

    /** Appends those with an id once, in one script, so that they keep their order among the others. */
    Script.Invocation addOnce(List<Encoded> messages) {
        List<byte[]> keys = new ArrayList<>(messages.size() + 1);
        List<byte[]> arguments = new ArrayList<>(messages.size() * 4 + 1);
        keys.add(key);
        arguments.add(bytes(options.remembersIds().toMillis()));
        boolean allHaveIds = true;
        for (Encoded message : messages) {
            message.id().ifPresent(id -> keys.add(stem.key(":id:" + id)));
            allHaveIds &= message.id().isPresent();
            arguments.add(bytes(message.id().isPresent() ? keys.size() : 0));
            arguments.add(bytes(message.fields().size()));
            arguments.addAll(message.fields());
        }
        Script.Invocation append = APPEND.with(keys.toArray(byte[][]::new), arguments.toArray(byte[][]::new));
        return allHaveIds ? append.repeatable() : append;
    }

    Script.Invocation trim(long length, Duration age, boolean cutsUnread) {
        return TRIM.with(key, bytes(length), bytes(age.toMillis()), bytes(cutsUnread ? 1 : 0), bytes(TRIMMED_AT_ONCE))
                .repeatable();
    }

    Script.Invocation trim() {
        return trim(options.maxLength(), options.maxAge(), options.cutsUnread());
    }

    boolean trims() {
        return options.maxLength() > 0 || !options.maxAge().isZero();
    }

    Command range(EventId from, EventId to, int most) {
        return range(key, from, to, most);
    }

    Command range(byte[] stream, EventId from, EventId to, int most) {
        return Command.named("XRANGE")
                .key(stream)
                .argument(from.toString())
                .argument(to.toString())
                .argument("COUNT")
                .argument(most)
                .buildReadOnly();
    }

    Reply ask(Command command, String what) {
        return connection.call(command, deadline).orThrow(where(what));
    }

    Reply ask(Script.Invocation script, String what) {
        return script.call(connection, deadline).orThrow(where(what));
    }

    /** @param group the one, or empty for all */
    List<GroupState> groups(String group) {
        List<Reply> reply = ask(GROUPS.with(key, bytes(COUNTED), bytes(group)).readOnly(), "groups")
                .items();
        long now = reply.get(1).number();
        List<GroupState> groups = new ArrayList<>();
        for (Reply each : reply.get(2).items()) {
            groups.add(state(each.items(), now));
        }
        return groups;
    }

    private static GroupState state(List<Reply> group, long now) {
        long lag = group.get(4).number();
        Optional<EventId> oldest = id(group.get(5));
        return new GroupState(
                group.get(0).text(),
                group.get(1).number(),
                group.get(2).number(),
                lag < 0 ? OptionalLong.empty() : OptionalLong.of(lag),
                EventId.parse(group.get(3).text()),
                oldest,
                oldest.map(id -> Duration.ofMillis(Math.max(0, now - id.millis()))));
    }

    static Optional<EventId> id(Reply reply) {
        return reply.isNothing() ? Optional.empty() : Optional.of(EventId.parse(reply.text()));
    }

    Optional<EventId> redrive(byte[] dead, EventId letter) {
        return id(ask(REDRIVE.with(new byte[][] {dead, key}, bytes(letter.toString()), bytes("dead:")), "redrive"));
    }

    long delete(byte[] stream, List<EventId> ids) {
        Command.Builder command = Command.named("XDEL").key(stream);
        ids.forEach(id -> command.argument(id.toString()));
        return ids.isEmpty() ? 0 : ask(command.buildRepeatable(), "delete").number();
    }

    <T> List<Event<T>> events(Reply entries, Codec<T> codec) {
        List<Event<T>> events = new ArrayList<>();
        for (Entry entry : Entry.all(entries)) {
            events.add(entry.event(codec, 1));
        }
        return events;
    }
}
