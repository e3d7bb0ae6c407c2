package dev.keywright.ops.config;

import java.util.List;

/**
 * A corrected copy of a conf file.
 *
 * @param text with all comments, in the old order
 * @param notes what was done, {@code line: what}
 * @param report what is left to find
 */
public record FixedConf(String text, List<String> notes, LintReport report) {
    public FixedConf {
        notes = List.copyOf(notes);
    }
}
