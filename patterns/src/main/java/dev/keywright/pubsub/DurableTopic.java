package dev.keywright.pubsub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Messages that are kept for a while, in a stream: who was away reads what it missed, from an id, a moment or the beginning. Listeners are
 * those of a {@link Topic}. Every subscription gets every message; there is no group that shares the work.
 * <ul>
 *   <li>Publish: 1 × EVALSHA of {@code append.lua} (XADD; TIME, XTRIM, PEXPIRE when kept by age); 1 round trip, O(1).
 *   <li>Read: one connection per topic waits with XREAD BLOCK; then 1 × EVALSHA of {@code read.lua} (XRANGE) for up to
 *       {@value #AT_A_TIME} messages, shared by all local listeners that stand at the same place.
 *   <li>Slow listeners lag, and lose nothing before the stream is trimmed: then a {@link Gap} tells it, with the number where it is known.
 *   <li>Memory: the stream {@code topic:{name}}, bounded by {@link DurableOptions}.
 *   <li>Failover: a new master may lack the newest messages, which nobody gets then; a {@link Gap} says so where the stream's
 *       ids show it.
 *   <li>Threads: any number.
 * </ul>
 */
public final class DurableTopic<T> {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "XADD",
                            "XTRIM",
                            "PEXPIRE",
                            "XRANGE",
                            "XREAD",
                            "XINFO STREAM",
                            "EXISTS"),
                    List.of("topic:*"))
            .thatAreDurable();

    static final int AT_A_TIME = 100;

    private static final Script APPEND = Script.beside(DurableTopic.class, "append.lua");

    private final Topics topics;
    private final Stem name;
    private final byte[] key;
    private final Codec<T> codec;
    private final byte[] length;
    private final byte[] age;
    private final Counts counts = new Counts();
    private final Tail<T> tail;

    DurableTopic(Topics topics, String name, DurableOptions options, Codec<T> codec) {
        this.topics = topics;
        this.name = new Stem("topic", "topic", name);
        this.key = this.name.key("");
        this.codec = codec;
        this.length = digits(options.length());
        this.age = digits(options.age().map(Duration::toMillis).orElse(0L));
        this.tail = new Tail<>(topics, this.name, codec);
    }

    private static byte[] digits(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    public String name() {
        return name.name();
    }

    /**
     * Publishes, and waits for the server.
     *
     * @return the id of the message
     * @throws KeywrightException.Unavailable when no answer came in time; says whether it may have been published. It is not
     *     repeated by itself, so nothing is published twice
     */
    public String publish(T value) {
        return id(appending(value).call(topics.connection(), topics.timeout()));
    }

    /** As {@link #publish}, later. */
    public CompletionStage<String> publishAsync(T value) {
        return appending(value).send(topics.connection(), topics.timeout()).thenApply(this::id);
    }

    private Script.Invocation appending(T value) {
        return APPEND.with(key, codec.encode(value), length, age);
    }

    private String id(Reply reply) {
        return reply.orThrow("publish on " + name).text();
    }

    /** Listens from now on. */
    public DurableSubscription subscribe(TopicListener<T> listener) {
        return subscribe(Start.now(), listener);
    }

    /**
     * Listens. Returns once it is known where the listener begins; what is published from then on is heard.
     *
     * @throws KeywrightException.Unavailable when no answer came in time
     */
    public DurableSubscription subscribe(Start start, TopicListener<T> listener) {
        return subscribe(start, listener, ListenerOptions.DEFAULTS);
    }

    /** @param options of which the executor counts; no queue is needed */
    public DurableSubscription subscribe(Start start, TopicListener<T> listener, ListenerOptions options) {
        Replay<T> replay = start.after().equals("$")
                ? replayFromNow(listener, options)
                : replay(listener, options, Place.parse(start.after()), Replay.UNKNOWN);
        tail.join(replay);
        return replay;
    }

    private Replay<T> replayFromNow(TopicListener<T> listener, ListenerOptions options) {
        Batch.State state = tail.look().state();
        return state == null
                ? replay(listener, options, Place.BEGINNING, 0)
                : replay(listener, options, state.last(), state.added());
    }

    private Replay<T> replay(TopicListener<T> listener, ListenerOptions options, Place place, long number) {
        return new Replay<>(tail, listener, options.executor().orElse(topics.listeners()), counts, place, number);
    }

    /** What the listeners of this object got so far. */
    public TopicStats stats() {
        return counts.stats();
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
