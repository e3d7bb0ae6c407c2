/**
 * Messages for whoever listens: {@link dev.keywright.pubsub.Topic} at most once, over PUBLISH and SUBSCRIBE; {@link
 * dev.keywright.pubsub.DurableTopic} with replay, over a stream. Both speak to the same {@link dev.keywright.pubsub.TopicListener}, and
 * both say where messages may be missing.
 */
package dev.keywright.pubsub;
