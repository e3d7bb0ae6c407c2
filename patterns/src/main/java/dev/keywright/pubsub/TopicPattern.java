package dev.keywright.pubsub;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import java.util.concurrent.CompletionStage;

/**
 * All topics whose names fit a pattern: {@code *} any letters, {@code ?} one, {@code [ab]} one of these, {@code \} before a letter
 * that stands for itself. <b>At most once</b>, as {@link Topic}; {@link Message#topic()} says which one it was. Every pattern costs each
 * server a comparison for each message published there, whether it fits or not. Sharded topics have no patterns.
 */
public final class TopicPattern<T> {

    private final Subscribed<T> subscribed;

    TopicPattern(Topics topics, Channel channel, Codec<T> codec) {
        this.subscribed = new Subscribed<>(topics, channel, codec);
    }

    /** Listens, with {@link ListenerOptions#DEFAULTS}. */
    public AtMostOnceSubscription subscribe(TopicListener<T> listener) {
        return subscribe(listener, ListenerOptions.DEFAULTS);
    }

    /**
     * Listens. Returns once the server confirmed.
     *
     * @throws KeywrightException.Unavailable when it was not confirmed in time
     * @throws KeywrightException.Misused when the user may not listen to that pattern
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
