package dev.keywright.pubsub;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.connection.Command;
import dev.keywright.connection.PubSub;
import dev.keywright.connection.Reply;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * Messages to whoever listens at this moment, <b>at most once</b>: Redis keeps none, so who is not connected misses what is published.
 * Listeners are told where that may have happened, by a {@link Gap}; for what must not be missed use a {@link DurableTopic}.
 * <ul>
 *   <li>Channel: {@code topic:} and the name, as it is; the payload is what the codec writes, and nothing else. Anybody may publish
 *       and subscribe to it with other tools.
 *   <li>Publish: 1 × PUBLISH, or SPUBLISH when sharded; 1 round trip. O(subscribers), and in a Cluster PUBLISH goes to every node, SPUBLISH
 *       to those of one slot.
 *   <li>Order: what one thread publishes arrives in that order.
 *   <li>Subscribe: all topics of a client share one connection, sharded ones one for each master; a message is read and decoded once,
 *       however many listen here. Restored after a broken connection, a failover, a moved slot.
 *   <li>Listeners: each has a bounded queue of its own, see {@link ListenerOptions}.
 *   <li>Threads: any number.
 * </ul>
 */
public final class Topic<T> {

    private final Topics topics;
    private final Codec<T> codec;
    private final Subscribed<T> subscribed;
    private final String name;
    private final byte[] channel;
    private final String command;

    Topic(Topics topics, Channel channel, Codec<T> codec) {
        this.topics = topics;
        this.codec = codec;
        this.subscribed = new Subscribed<>(topics, channel, codec);
        this.name = channel.name();
        this.channel = channel.bytes();
        this.command = channel.kind() == PubSub.Kind.SHARDED ? "SPUBLISH" : "PUBLISH";
    }

    public String name() {
        return name;
    }

    /**
     * Publishes, and waits for the server.
     *
     * @return how many clients it went to, a client with many listeners counting once; empty where no server knows, which is in a Cluster,
     *     where each node counts its own
     * @throws KeywrightException.Unavailable when no answer came in time; says whether it may have been published. It is not
     *     repeated by itself, so nothing is published twice
     */
    public OptionalLong publish(T value) {
        return reached(topics.connection().call(publishing(value)));
    }

    /** As {@link #publish}, later. */
    public CompletionStage<OptionalLong> publishAsync(T value) {
        return topics.connection().send(publishing(value)).thenApply(this::reached);
    }

    /** Through the node of the name's slot, always the same: or else two messages could overtake each other. */
    private Command publishing(T value) {
        return Command.named(command).key(channel).argument(codec.encode(value)).build();
    }

    private OptionalLong reached(Reply reply) {
        long clients = reply.orThrow(command).number();
        return topics.connection().pubSub().countsAll() ? OptionalLong.of(clients) : OptionalLong.empty();
    }

    /** Listens, with {@link ListenerOptions#DEFAULTS}. */
    public AtMostOnceSubscription subscribe(TopicListener<T> listener) {
        return subscribe(listener, ListenerOptions.DEFAULTS);
    }

    /**
     * Listens. Returns once the server confirmed: what is published from then on is heard.
     *
     * @throws KeywrightException.Unavailable when it was not confirmed in time
     * @throws KeywrightException.Misused when the user may not listen to that channel
     */
    public AtMostOnceSubscription subscribe(TopicListener<T> listener, ListenerOptions options) {
        return subscribed.subscribe(listener, options);
    }

    /** As {@link #subscribe(TopicListener, ListenerOptions)}, later. */
    public CompletionStage<AtMostOnceSubscription> subscribeAsync(TopicListener<T> listener, ListenerOptions options) {
        return subscribed.subscribeAsync(listener, options);
    }

    /** What the listeners of this object got so far. */
    public TopicStats stats() {
        return subscribed.stats();
    }

    @Override
    public String toString() {
        return subscribed.toString();
    }
}
