package dev.keywright.pubsub;

import dev.keywright.codec.Codec;
import dev.keywright.connection.PubSub;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** One subscription at the servers, for all local listeners of a channel and codec. */
final class Feed<T> implements PubSub.Receiver {

    private final Channel channel;
    private final Codec<T> codec;
    private final List<Mailbox<T>> mailboxes = new CopyOnWriteArrayList<>();
    private final PubSub pubSub;
    /** Mailboxes that came and did not leave, confirmed or not; guarded by the {@link Topics}' map. */
    int members;

    Feed(PubSub pubSub, Channel channel, Codec<T> codec) {
        this.channel = channel;
        this.codec = codec;
        this.pubSub = pubSub;
    }

    /** Completes once the server has confirmed, anew where the connection broke, and the mailbox gets what is published. */
    CompletionStage<AtMostOnceSubscription> admit(Mailbox<T> mailbox) {
        return pubSub.subscribe(channel.kind(), channel.bytes(), this).thenApply(stands -> {
            mailboxes.add(mailbox);
            if (!mailbox.isOpen()) {
                mailboxes.remove(mailbox);
            }
            return mailbox;
        });
    }

    void dismiss(Mailbox<T> mailbox) {
        mailboxes.remove(mailbox);
    }

    void unsubscribe() {
        pubSub.unsubscribe(channel.kind(), channel.bytes(), this);
    }

    @Override
    public void message(byte[] source, byte[] payload) {
        String topic = channel.kind() == PubSub.Kind.PATTERN ? Channel.topicOf(source) : channel.name();
        Arrival<T> arrival = new Arrival<>(codec, topic, Optional.empty(), payload);
        for (Mailbox<T> mailbox : mailboxes) {
            mailbox.offer(arrival);
        }
    }

    @Override
    public void lost(PubSub.Loss loss) {
        Gap gap = Gap.of(
                switch (loss) {
                    case BROKEN -> Gap.Reason.DISCONNECTED;
                    case MOVED -> Gap.Reason.MOVED;
                });
        for (Mailbox<T> mailbox : mailboxes) {
            mailbox.offer(gap);
        }
    }

    /** The connection was closed. */
    void over() {
        mailboxes.forEach(mailbox -> mailbox.over(TopicListener.Ending.CLOSED));
    }
}
