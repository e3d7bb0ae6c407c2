package dev.keywright.ops;

import java.util.List;

/**
 * What an action on a server would do, or has done.
 *
 * @param action such as {@code claim}
 * @param on what it is done to
 * @param planned how many are concerned, as seen before
 * @param exact whether there are so many, and not more
 * @param applied whether it was done; else it was only looked what it would do
 * @param done how many it was done to
 * @param details some of them, one a line
 * @param notes what is to be known of it
 */
public record Change(
        String action,
        String on,
        long planned,
        boolean exact,
        boolean applied,
        long done,
        List<String> details,
        List<String> notes) {}
