package dev.keywright.ops;

import java.util.Optional;

/**
 * One thing a check found.
 *
 * @param id the rule that found it, such as {@code repl-backlog-small}; stable, in kebab case
 * @param what what is the case, in one sentence, with the figures seen
 * @param why what follows from it
 * @param fix what to do, where possible as a command or a line of configuration
 * @param place where it was seen
 */
public record Finding(String id, Severity severity, String what, String why, String fix, Place place) {

    /**
     * A line of a file, a file or a server.
     *
     * @param source the file as it was named, or {@code host:port}; never with a password
     * @param line counted from 1
     */
    public record Place(String source, Optional<Integer> line) {

        public static Place line(String source, int line) {
            return new Place(source, Optional.of(line));
        }

        public static Place whole(String source) {
            return new Place(source, Optional.empty());
        }

        @Override
        public String toString() {
            return line.map(number -> source + ":" + number).orElse(source);
        }
    }
}
