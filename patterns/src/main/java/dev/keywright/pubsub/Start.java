package dev.keywright.pubsub;

import java.time.Instant;

/** Where in a {@link DurableTopic} a listener begins. */
public final class Start {

    private static final Start NOW = new Start("$");
    private static final Start BEGINNING = new Start("0-0");

    private final String after;

    private Start(String after) {
        this.after = after;
    }

    /** With what is published once the subscription stands. */
    public static Start now() {
        return NOW;
    }

    /** With the oldest message that is still kept. */
    public static Start beginning() {
        return BEGINNING;
    }

    /**
     * With the message after that of the id, such as {@link DurableSubscription#position()} gave.
     *
     * @throws IllegalArgumentException when it is no id of a message
     */
    public static Start after(String id) {
        return new Start(Place.parse(id).toString());
    }

    /** With the first message that was published at that moment or later, by the server's clock. */
    public static Start at(Instant moment) {
        long millis = moment.toEpochMilli();
        return millis <= 0 ? BEGINNING : new Start(new Place(millis - 1, -1).toString());
    }

    /** The id before the first message, or {@code $}. */
    String after() {
        return after;
    }

    @Override
    public String toString() {
        return "after " + after;
    }
}
