package dev.keywright.expert.workload;

import java.util.Locale;

/** What an amount is like, whatever the words around it mean. */
enum Trait {
    /** Holds for every amount. */
    ANY,
    /** Says how often: "every 20 seconds". */
    INTERVAL,
    /** Without a number of its own: "a minute". */
    IMPLIED,
    UNDER_A_SECOND,
    UNDER_A_MINUTE,
    UNDER_AN_HOUR,
    A_DAY_OR_MORE,
    IN_DAYS,
    UNDER_A_MEGABYTE,
    OVER_HALF_A_GIGABYTE,
    OVER_NINETY,
    /** Said as a number of nines, or as a share so near to all that hardly anything else is told so: 99.95 %. */
    NINES,
    /** Many things, each of a size that stands beside: "8 million messages of 300 bytes". */
    SIZED,
    /** Nothing is said about it in its own phrase: "memoise the call, 300 s". */
    ALONE,
    /** A size of which nothing is said, in a text about what is evicted: "allkeys-lru. 10 GB". */
    MEMORY,
    /** Belongs to one of many: "20 lines per basket", "each has 20 lines". */
    EACH,
    /** Counted per stretch of time: "per minute". */
    PER,
    /** Counted inside a stretch of time: "within 10 minutes". */
    WITHIN,
    /** A rate for one of many: "per user". */
    SUBJECT,
    /** Behind a sign that says less than. */
    BELOW,
    /** A number of 1,000 or more. */
    MANY,
    ONE,
    /** A number of 20 or less. */
    FEW;

    /** The trait a data file names, such as {@code under-a-second}. */
    static Trait named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
