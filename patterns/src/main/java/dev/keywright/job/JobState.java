package dev.keywright.job;

import java.util.Locale;

/** Where a job is; it is at one of them at any instant. */
public enum JobState {
    /** Waits for a worker that is free. */
    READY,
    /** Waits for its time: enqueued for later, resting after a failure, or of a type that the worker who had it did not know. */
    LATER,
    /** Waits for jobs before it: of its key, its batch or its chain. */
    BEHIND,
    /** A worker has it. */
    ACTIVE,
    DONE,
    /** Failed for good; see {@link JobQueue#redrive}. */
    DEAD;

    static JobState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
