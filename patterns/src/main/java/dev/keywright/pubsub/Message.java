package dev.keywright.pubsub;

import java.util.Optional;

/**
 * What was published.
 *
 * @param topic the name it was published under, which differs among those of a pattern
 * @param id where it stands in a {@link DurableTopic}; empty where messages are not kept
 */
public record Message<T>(String topic, T value, Optional<String> id) {}
