/** Queues on lists: what was sent is handled at least once, whoever crashes. Begin with {@link dev.keywright.queue.ReliableQueue}. */
package dev.keywright.queue;
