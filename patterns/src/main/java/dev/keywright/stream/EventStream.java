package dev.keywright.stream;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import dev.keywright.stream.StreamCommands.Encoded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Events in the order they were appended, kept for a time, to be read again and again, and handled by groups of workers: each group
 * handles each event at least once.
 *
 * <pre>{@code
 * EventStream<Order> orders = kw.stream("orders", Codecs.json(Order.class));
 * orders.append(order);
 * try (StreamWorker<Order> worker = orders.work("billing", event -> bill(event.value()))) { ... }
 * }</pre>
 * <ul>
 *   <li>Commands: an append is one XADD; with an id of its own one EVALSHA of {@code append.lua} (GET, XADD, SET), which gives the same
 *       event when it is repeated. Many are sent in one flush, or in one script when some have ids.
 *   <li>Memory: the stream {@code stream:{name}}, and one small key for each remembered id, which expires. Every thousandth append, and
 *       every worker each ten seconds, removes what {@link StreamOptions} say is too much or too old, but nothing that a group still
 *       needs. A group that nobody works for any more keeps everything: {@link #removeGroup}.
 *   <li>Clock: the server's. Threads: any number.
 *   <li>Failure: an append without an id whose answer is lost is an outcome that nobody knows; see {@link Message#withId}. What Redis
 *       itself loses in a crash without AOF, or in a failover, is lost here too.
 * </ul>
 */
public final class EventStream<T> {

    /** What all of it asks of a server. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "EVALSHA_RO",
                            "EVAL_RO",
                            "TIME",
                            "GET",
                            "SET",
                            "EXISTS",
                            "XADD",
                            "XLEN",
                            "XRANGE",
                            "XREVRANGE",
                            "XDEL",
                            "XTRIM",
                            "XACK",
                            "XCLAIM",
                            "XAUTOCLAIM",
                            "XPENDING",
                            "XREADGROUP",
                            "XINFO STREAM",
                            "XINFO GROUPS",
                            "XINFO CONSUMERS",
                            "XGROUP CREATE",
                            "XGROUP DESTROY",
                            "XGROUP DELCONSUMER"),
                    List.of("stream:*"))
            .thatAreDurable();

    private static final int PAGE = 500;
    private static final int AT_ONCE = 500;
    private static final int TRIM_EVERY = 1_000;

    private final StreamCommands commands;
    private final Codec<T> codec;
    private final AtomicInteger untilTrim = // by chance, so that those who append little do their share
            new AtomicInteger(1 + ThreadLocalRandom.current().nextInt(TRIM_EVERY));

    /** Users call {@code Keywright.stream}. */
    public EventStream(Connection connection, String name, StreamOptions options, Codec<T> codec) {
        this.commands = new StreamCommands(connection, name, options);
        this.codec = codec;
    }

    public String name() {
        return commands.name();
    }

    // --- append

    /** @throws KeywrightException.Unavailable when Redis did not answer; it may have been appended */
    public EventId append(T value) {
        return append(Message.of(value));
    }

    /** @throws KeywrightException.Unavailable when Redis did not answer; a message with an id may simply be appended again */
    public EventId append(Message<T> message) {
        Encoded encoded = encoded(message);
        Reply reply = message.id().isPresent()
                ? commands.addOnce(List.of(encoded)).call(commands.connection, commands.deadline)
                : commands.connection.call(commands.add(encoded), commands.deadline);
        appended(1);
        return read(reply);
    }

    /** {@link #append(Message)} without waiting. */
    public CompletionStage<EventId> appendAsync(Message<T> message) {
        Encoded encoded = encoded(message);
        CompletionStage<Reply> reply = message.id().isPresent()
                ? commands.addOnce(List.of(encoded)).send(commands.connection, commands.deadline)
                : commands.connection.send(commands.add(encoded), commands.deadline);
        appended(1);
        return reply.thenApply(this::read);
    }

    /** {@link #append(Object)} without waiting. */
    public CompletionStage<EventId> appendAsync(T value) {
        return appendAsync(Message.of(value));
    }

    /**
     * Appends many in this order, {@value #AT_ONCE} in one flush; other producers' may come in between.
     *
     * @return where they are, in the order of the messages
     * @throws KeywrightException.Unavailable when Redis did not answer; some may have been appended
     */
    public List<EventId> appendAll(Collection<Message<T>> messages) {
        List<Encoded> all = messages.stream().map(this::encoded).toList();
        List<EventId> ids = new ArrayList<>(all.size());
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            appendTogether(all.subList(from, Math.min(all.size(), from + AT_ONCE)), ids);
        }
        return ids;
    }

    private void appendTogether(List<Encoded> messages, List<EventId> ids) {
        if (messages.stream().anyMatch(message -> message.id().isPresent())) {
            Reply reply = commands.addOnce(messages).call(commands.connection, commands.deadline);
            reply.orThrow(commands.where("append")).items().forEach(id -> ids.add(EventId.parse(id.text())));
        } else {
            List<Command> batch = messages.stream().map(commands::add).toList();
            commands.connection.batch(batch, commands.deadline).forEach(reply -> ids.add(read(reply)));
        }
        appended(messages.size());
    }

    private Encoded encoded(Message<T> message) {
        return new Encoded(message.id(), Entry.fields(message, codec));
    }

    private EventId read(Reply reply) {
        Reply answer = reply.orThrow(commands.where("append"));
        return EventId.parse(
                answer instanceof Reply.Items ids ? ids.items().get(0).text() : answer.text());
    }

    private void appended(int count) {
        int before = untilTrim.getAndUpdate(left -> left <= count ? TRIM_EVERY : left - count);
        if (before <= count && commands.trims()) {
            CompletionStage<Reply> unused = commands.trim().send(commands.connection, commands.deadline);
        }
    }

    // --- read

    /** The events from one id to another, both included, the oldest first. */
    public List<Event<T>> range(EventId from, EventId to, int most) {
        return commands.events(commands.ask(commands.range(from, to, most), "range"), codec);
    }

    /** The newest events, the newest first. */
    public List<Event<T>> newest(int most) {
        Command command = Command.named("XREVRANGE")
                .key(commands.key)
                .argument("+")
                .argument("-")
                .argument("COUNT")
                .argument(most)
                .buildReadOnly();
        return commands.events(commands.ask(command, "newest"), codec);
    }

    /**
     * Reads all that is there from an event on, {@value #PAGE} at a time, and what comes while it reads; ends at the end. For what was
     * appended since a time: {@link EventId#at}.
     *
     * @return where to go on later: after the last one that was read
     */
    public EventId replay(EventId from, Consumer<? super Event<T>> reader) {
        EventId next = from;
        List<Event<T>> page;
        do {
            page = range(next, EventId.LAST, PAGE);
            for (Event<T> event : page) {
                reader.accept(event);
                next = event.id().next();
            }
        } while (page.size() == PAGE);
        return next;
    }

    public long length() {
        return commands.ask(Command.named("XLEN").key(commands.key).buildReadOnly(), "length")
                .number();
    }

    // --- keep

    /** Removes events, also from groups that have not handled them; their workers pass over them and count them. */
    public long delete(Collection<EventId> ids) {
        return commands.delete(commands.key, List.copyOf(ids));
    }

    /** Removes what the options say is too much or too old; at most 10,000 in one go, so that the server is not held up. */
    public Trimmed trim() {
        return trimmed(commands.trim());
    }

    /** {@link #trim()} by another measure, this once. Zero stands for any number and any age. */
    public Trimmed trim(long maxLength, Duration maxAge, boolean cutsUnread) {
        StreamOptions checked =
                commands.options.withMaxLength(maxLength).withMaxAge(maxAge).withCutsUnread(cutsUnread);
        return trimmed(commands.trim(checked.maxLength(), checked.maxAge(), checked.cutsUnread()));
    }

    private Trimmed trimmed(Script.Invocation trim) {
        List<Reply> reply = commands.ask(trim, "trim").items();
        Reply group = reply.get(2);
        return new Trimmed(
                reply.get(0).number(),
                StreamCommands.id(reply.get(1)),
                group.isNothing() ? Optional.empty() : Optional.of(group.text()));
    }

    // --- groups

    /** How far each group is. */
    public List<GroupState> groups() {
        return commands.groups("");
    }

    /** How far a group is; empty when there is none of that name. */
    public Optional<GroupState> group(String name) {
        return name.isEmpty()
                ? Optional.empty()
                : commands.groups(name).stream().findFirst();
    }

    /** Forgets a group, and what it has not acknowledged; true when there was one. Its dead letters stay. */
    public boolean removeGroup(String name) {
        Command command = Command.named("XGROUP")
                .argument("DESTROY")
                .key(commands.key)
                .argument(name)
                .buildRepeatable();
        return commands.ask(command, "remove group").number() == 1;
    }

    /** What a group could not handle. */
    public DeadLetters<T> deadLetters(String group) {
        return new DeadLetters<>(commands, codec, group);
    }

    // --- work

    /** Begins to handle events for a group; the group begins with the oldest event, unless it exists. Close it to stop. */
    public StreamWorker<T> work(String group, EventHandler<T> handler) {
        return work(group, WorkerOptions.DEFAULTS, handler);
    }

    /** @throws KeywrightException.Misused when the key is no stream, or the user may not */
    public StreamWorker<T> work(String group, WorkerOptions options, EventHandler<T> handler) {
        return new StreamWorker<>(commands, codec, group, options, events -> handler.handle(events.get(0)), 1);
    }

    /**
     * Begins to handle events for a group, many at a time. When a handler throws, none of its events is acknowledged; each is handled
     * once more alone.
     *
     * @param most how many events a handler gets at a time
     */
    public StreamWorker<T> workBatches(String group, WorkerOptions options, int most, BatchHandler<T> handler) {
        return new StreamWorker<>(commands, codec, group, options, handler, most);
    }

    @Override
    public String toString() {
        return commands.where("EventStream");
    }
}
