package dev.keywright.expert.design;

import java.util.List;

/**
 * The server a design needs; ids as in the answer's schema. A task that is no design decides only what it is about:
 * the rest is an empty text. {@code maxmemoryBytes} is 0 where nothing says how much.
 */
public record ServerDesign(
        String eviction,
        String persistence,
        String topology,
        long maxmemoryBytes,
        List<Directive> config,
        List<Reason> why) {}
