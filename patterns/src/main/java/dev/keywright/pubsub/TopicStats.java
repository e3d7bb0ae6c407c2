package dev.keywright.pubsub;

/**
 * What the listeners of a topic object got so far, all together; each listener counts for itself.
 *
 * @param delivered messages handed to listeners
 * @param dropped messages that came while a queue was full
 * @param undecodable messages that the codec could not read
 * @param gaps told
 * @param failures messages for which a listener threw
 */
public record TopicStats(long delivered, long dropped, long undecodable, long gaps, long failures) {}
