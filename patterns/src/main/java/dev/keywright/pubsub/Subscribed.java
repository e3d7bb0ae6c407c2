package dev.keywright.pubsub;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The listening half of a topic or of a pattern of topics. */
final class Subscribed<T> {

    private final Topics topics;
    private final Channel channel;
    private final Codec<T> codec;
    private final Counts counts = new Counts();

    Subscribed(Topics topics, Channel channel, Codec<T> codec) {
        this.topics = topics;
        this.channel = channel;
        this.codec = codec;
    }

    AtMostOnceSubscription subscribe(TopicListener<T> listener, ListenerOptions options) {
        Mailbox<T> mailbox = mailbox(listener, options);
        CompletableFuture<AtMostOnceSubscription> confirmed =
                topics.join(channel, codec, mailbox).toCompletableFuture();
        Duration timeout = topics.timeout();
        try {
            return confirmed.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            mailbox.close();
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable("Interrupted while subscribing (" + this + ").", false);
        } catch (TimeoutException e) {
            mailbox.close();
            throw notConfirmed(timeout);
        } catch (ExecutionException e) {
            mailbox.close();
            throw e.getCause() instanceof KeywrightException refused ? refused : new IllegalStateException(e);
        }
    }

    CompletionStage<AtMostOnceSubscription> subscribeAsync(TopicListener<T> listener, ListenerOptions options) {
        Mailbox<T> mailbox = mailbox(listener, options);
        Duration timeout = topics.timeout();
        return topics.join(channel, codec, mailbox)
                .thenApply(stands -> stands) // one of its own, which may time out
                .toCompletableFuture()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .handle((stands, failure) -> {
                    if (failure != null) {
                        mailbox.close();
                        throw failed(failure, timeout);
                    }
                    return stands;
                });
    }

    private RuntimeException failed(Throwable failure, Duration timeout) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException ? notConfirmed(timeout) : new CompletionException(cause);
    }

    private KeywrightException.Unavailable notConfirmed(Duration timeout) {
        return new KeywrightException.Unavailable(
                "The subscription was not confirmed within " + timeout.toMillis() + " ms (" + this
                        + "); it was given up. Check that Redis runs and can be reached, and subscribe again.",
                false);
    }

    private Mailbox<T> mailbox(TopicListener<T> listener, ListenerOptions options) {
        return new Mailbox<>(listener, options, options.executor().orElse(topics.listeners()), counts, this);
    }

    void leave(Mailbox<T> mailbox) {
        topics.leave(channel, codec, mailbox);
    }

    TopicStats stats() {
        return counts.stats();
    }

    /** For messages. */
    @Override
    public String toString() {
        String shown = channel.name().length() > 60 ? channel.name().substring(0, 60) + "..." : channel.name();
        return switch (channel.kind()) {
                    case CHANNEL -> "topic ";
                    case PATTERN -> "topics ";
                    case SHARDED -> "sharded topic ";
                }
                + shown.replaceAll("\\p{Cntrl}", "?");
    }
}
