package dev.keywright.benchmarks.history;

import java.util.Locale;

/** A kind of lock, and of the resource that is written to under it. */
enum Kind {
    KEYWRIGHT("Keywright", true, true),
    KEYWRIGHT_FAIR("Keywright, fair", true, true),
    REDISSON_FENCED("Redisson RFencedLock", true, true),
    KEYWRIGHT_UNFENCED("Keywright", true, false),
    REDISSON("Redisson RLock", false, false),
    NAIVE("SET NX PX, then DEL", false, false);

    /** As tables call it. */
    final String title;
    /** Whether its holds have tokens. */
    final boolean tokens;
    /** Whether the resource looks at them. */
    final boolean fenced;

    Kind(String title, boolean tokens, boolean fenced) {
        this.title = title;
        this.tokens = tokens;
        this.fenced = fenced;
    }

    static Kind named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    String argument() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The key that is on the server while a lock of that name is held. */
    String key(String lock) {
        return switch (this) {
            case KEYWRIGHT, KEYWRIGHT_FAIR, KEYWRIGHT_UNFENCED -> "lock:{" + lock + "}";
            case REDISSON, REDISSON_FENCED, NAIVE -> lock;
        };
    }
}
