package dev.keywright.pubsub;

import java.util.OptionalLong;

/**
 * Between the message before and the one after, others may be missing.
 *
 * @param missed how many, where that is known
 */
public record Gap(Reason reason, OptionalLong missed) {

    /** Why messages may be missing. */
    public enum Reason {
        /** The connection to the server broke and was restored. */
        DISCONNECTED,
        /** Another server took over, by failover or because the hash slot moved. */
        MOVED,
        /** The listener was too slow and its queue full. */
        OVERFLOW,
        /** The stream was trimmed before its messages were read. */
        TRIMMED,
        /** The stream was emptied, or a server without its newest messages took over. */
        REPLACED
    }

    static Gap of(Reason reason) {
        return new Gap(reason, OptionalLong.empty());
    }

    static Gap of(Reason reason, long missed) {
        return new Gap(reason, OptionalLong.of(missed));
    }

    /** Both in one: an unknown number makes the sum unknown, and its reason goes first. */
    Gap and(Gap later) {
        if (missed.isPresent() && later.missed.isPresent()) {
            return new Gap(reason, OptionalLong.of(missed.getAsLong() + later.missed.getAsLong()));
        }
        return missed.isPresent() ? later : this;
    }
}
