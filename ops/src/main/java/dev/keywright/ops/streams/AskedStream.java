package dev.keywright.ops.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.keys.KeySearch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What is asked of one stream. */
final class AskedStream {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    final byte[] key;
    final String shown;
    private final Connection connection;

    AskedStream(Connection connection, byte[] key) {
        this.connection = connection;
        this.key = key;
        this.shown = KeySearch.shown(key);
    }

    /** @throws OpsException when there is no such stream */
    static AskedStream named(Connection connection, String key) {
        AskedStream stream = new AskedStream(connection, key.getBytes(UTF_8));
        String type = stream.ask(Command.named("TYPE").key(stream.key).buildRepeatable())
                .text();
        if (type.equals("none")) {
            throw new OpsException("There is no key " + stream.shown + " on " + connection
                    + ". Call keywright stream with the URI alone to see which streams there are.");
        }
        if (!type.equals("stream")) {
            throw new OpsException("The key " + stream.shown + " on " + connection + " is a " + type
                    + " and no stream. Name one that is.");
        }
        return stream;
    }

    /** @throws OpsException when the user may not */
    Reply ask(Command command) {
        Reply reply = connection.call(command, PATIENCE);
        if (reply instanceof Reply.Failure failure && failure.is("NOPERM")) {
            throw new OpsException("The user may not call " + command.name() + " on " + shown + " (" + failure.message()
                    + "). Allow it, see ACL SETUSER, or come as another user.");
        }
        try {
            return reply.orThrow(command.name() + " " + shown);
        } catch (KeywrightException.Misused e) {
            throw new OpsException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The answer, or nothing when it was refused. */
    Optional<Reply> tryTo(Command command) {
        Reply reply = connection.call(command, PATIENCE);
        return reply instanceof Reply.Failure ? Optional.empty() : Optional.of(reply);
    }

    long nowMillis() {
        return tryTo(Command.named("TIME").buildRepeatable())
                .map(Reply::items)
                .map(time -> Long.parseLong(time.get(0).text()) * 1_000
                        + Long.parseLong(time.get(1).text()) / 1_000)
                .orElse(0L);
    }

    Map<String, Reply> info() {
        return fields(ask(xinfo("STREAM").buildRepeatable()));
    }

    List<Map<String, Reply>> groups() {
        return ask(xinfo("GROUPS").buildRepeatable()).items().stream()
                .map(AskedStream::fields)
                .toList();
    }

    /**
     * The name of a group as the server has it.
     *
     * @throws OpsException when there is none
     */
    byte[] group(String name) {
        List<Map<String, Reply>> all = groups();
        return all.stream()
                .filter(group -> text(group, "name").equals(name))
                .findFirst()
                .map(AskedStream::name)
                .orElseThrow(() -> new OpsException("The stream " + shown + " has no group " + name + ", but "
                        + (all.isEmpty()
                                ? "none at all"
                                : String.join(
                                        ", ",
                                        all.stream()
                                                .map(group -> text(group, "name"))
                                                .toList()))
                        + ". Name one that is there."));
    }

    List<Map<String, Reply>> consumers(byte[] group) {
        return ask(xinfo("CONSUMERS").argument(group).buildRepeatable()).items().stream()
                .map(AskedStream::fields)
                .toList();
    }

    private Command.Builder xinfo(String what) {
        return Command.named("XINFO").argument(what).key(key);
    }

    long length() {
        return ask(Command.named("XLEN").key(key).buildRepeatable()).number();
    }

    /** Count, lowest and highest ID, consumers. */
    List<Reply> pending(byte[] group) {
        return ask(Command.named("XPENDING").key(key).argument(group).buildRepeatable())
                .items();
    }

    /** ID, consumer, milliseconds idle and deliveries of each. */
    List<Reply> pending(byte[] group, Duration idle, String from, int most, Optional<String> consumer) {
        Command.Builder command = Command.named("XPENDING")
                .key(key)
                .argument(group)
                .argument("IDLE")
                .argument(idle.toMillis())
                .argument(from)
                .argument("+")
                .argument(most);
        consumer.ifPresent(command::argument);
        return ask(command.buildRepeatable()).items();
    }

    /** Of a group or consumer. */
    static byte[] name(Map<String, Reply> fields) {
        return Objects.requireNonNull(fields.get("name"), "name").bytes();
    }

    static String text(Map<String, Reply> fields, String name) {
        return fields.containsKey(name) && !fields.get(name).isNothing()
                ? KeySearch.shown(fields.get(name).bytes())
                : "";
    }

    static long number(Map<String, Reply> fields, String name) {
        return maybe(fields, name).orElse(0L);
    }

    static Optional<Long> maybe(Map<String, Reply> fields, String name) {
        return Optional.ofNullable(fields.get(name))
                .filter(reply -> !reply.isNothing())
                .map(Reply::number);
    }

    /** The ID of what {@code first-entry} and {@code last-entry} say. */
    static Optional<Id> entry(Map<String, Reply> fields, String name) {
        return Optional.ofNullable(fields.get(name))
                .filter(reply -> !reply.isNothing())
                .map(reply -> Id.of(reply.items().get(0).text()));
    }

    private static Map<String, Reply> fields(Reply flat) {
        Map<String, Reply> fields = new HashMap<>();
        List<Reply> items = flat.items();
        for (int i = 0; i + 1 < items.size(); i += 2) {
            fields.put(items.get(i).text(), items.get(i + 1));
        }
        return fields;
    }
}
