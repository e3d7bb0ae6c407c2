package dev.keywright.counter;

/** How long a bucket is. */
public enum Granularity {
    /** The same in every zone. */
    MINUTE,
    /** An hour since the day began; a day with a change of summer time has 23 or 25 of them. */
    HOUR,
    /** A day of the calendar, from its first instant in the zone to that of the next. */
    DAY
}
