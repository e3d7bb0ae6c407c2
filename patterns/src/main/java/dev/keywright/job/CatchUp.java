package dev.keywright.job;

/** What happens to times of a {@link Schedule} at which no process was there. */
public enum CatchUp {
    /** Those more than 30 s ago are left out; one job for each of the others. */
    NONE,
    /** One job for all of them, with the last of these times. */
    ONE,
    /** One job for each. */
    ALL
}
