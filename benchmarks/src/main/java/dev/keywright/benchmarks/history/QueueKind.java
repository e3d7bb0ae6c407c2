package dev.keywright.benchmarks.history;

import java.util.Locale;

/** A way from producers to workers. */
enum QueueKind {
    JOBS("Keywright jobs", true, true),
    STREAM("Keywright stream", true, true),
    QUEUE("Keywright queue", true, false),
    NAIVE("LPUSH, BRPOP", false, false),
    REDISSON("Redisson RBlockingQueue", false, false);

    /** As tables call it. */
    final String title;
    /** Whether what is taken stays until its handler has returned. */
    final boolean acknowledges;
    /** Whether a producer may send again what it does not know to be sent, and nothing is there twice. */
    final boolean remembers;

    QueueKind(String title, boolean acknowledges, boolean remembers) {
        this.title = title;
        this.acknowledges = acknowledges;
        this.remembers = remembers;
    }

    static QueueKind named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    String argument() {
        return name().toLowerCase(Locale.ROOT);
    }
}
