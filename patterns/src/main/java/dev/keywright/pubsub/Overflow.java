package dev.keywright.pubsub;

/** What happens to a listener whose queue is full when one more message comes. Others are not affected. */
public enum Overflow {
    /** The oldest waiting message goes, and a {@link Gap} takes its place: for what counts only while it is new. */
    DROP_OLDEST,
    /** The new message goes, and a {@link Gap} takes its place: for what has a beginning that counts. */
    DROP_NEWEST,
    /** The listener gets what waits, is told {@link TopicListener.Ending#TOO_SLOW}, and gets nothing more. */
    UNSUBSCRIBE
}
