package dev.keywright.ops;

/** How bad a {@link Finding} is, worst last. */
public enum Severity {
    /** Worth knowing; nothing is wrong yet. */
    INFO,
    /** Costs money, speed or safety, or will fail under conditions that occur. */
    WARNING,
    /** Fails, loses data or is open to strangers. */
    ERROR
}
