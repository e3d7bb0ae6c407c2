package dev.keywright.expert.design;

import java.util.Optional;

/** One kind of key: its name with {@code {placeholders}}, what it holds and how long it lives. */
public record KeyDesign(
        String name,
        String type,
        Optional<Long> ttlSeconds,
        Optional<String> ttlWhy,
        String example,
        Optional<String> holds) {}
