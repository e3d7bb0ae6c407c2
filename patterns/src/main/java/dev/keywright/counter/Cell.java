package dev.keywright.counter;

import java.util.Map;

/** What is summed up before it is written: events of one subject, minute and set of dimensions. */
record Cell(String subject, long minute, Map<String, String> dimensions) {

    /** The most that one call adds, up or down, and that one sum may be: what every client can read exactly. */
    static final long MOST = (1L << 53) - 1;
}
