package dev.keywright.ops.config;

import java.util.List;

/**
 * What would mend a line.
 *
 * @param source the file it stands in
 * @param line counted from 1
 * @param replacement lines that take its place
 * @param note what was done, in a few words
 */
record Edit(String source, int line, List<String> replacement, String note) {

    /** Keeps the line as a comment. */
    static Edit out(ConfFile.Line line, String note) {
        return new Edit(line.source(), line.number(), List.of("# " + line.text()), note);
    }

    static Edit replace(ConfFile.Line line, String text, String note) {
        return new Edit(line.source(), line.number(), List.of(text), note);
    }
}
