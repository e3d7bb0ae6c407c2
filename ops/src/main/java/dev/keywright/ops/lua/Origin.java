package dev.keywright.ops.lua;

import java.util.Set;

/**
 * Where a value of a script comes from.
 *
 * @param number of the key or argument; 0 when it may be any of them, or there is none
 * @param detail the literal, or the command that answered
 */
record Origin(Kind kind, int number, String detail) {

    enum Kind {
        /** An element of KEYS, as it is. */
        KEY,
        /** Made from an element of KEYS. */
        FROM_KEY,
        /** An element of ARGV, or made from one. */
        ARGUMENT,
        LITERAL,
        /** What a command answered. */
        DATA,
        /** The server's clock. */
        CLOCK,
        /** Anything else: numbers the script works out, calls nobody can look into. */
        OTHER
    }

    static final Origin OTHER = new Origin(Kind.OTHER, 0, "");

    static Set<Origin> key(int number) {
        return Set.of(new Origin(Kind.KEY, number, ""));
    }

    static Set<Origin> argument(int number) {
        return Set.of(new Origin(Kind.ARGUMENT, number, ""));
    }

    static Set<Origin> literal(String text) {
        return Set.of(new Origin(Kind.LITERAL, 0, text));
    }

    static Set<Origin> data(String command) {
        return Set.of(new Origin(command.equals("TIME") ? Kind.CLOCK : Kind.DATA, 0, command));
    }

    boolean is(Kind wanted) {
        return kind == wanted;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case KEY -> "KEYS[" + (number == 0 ? "..." : number) + "]";
            case ARGUMENT -> "ARGV[" + (number == 0 ? "..." : number) + "]";
            case FROM_KEY -> "a text made from a key";
            case LITERAL -> "'" + detail + "'";
            case DATA -> "what " + detail + " answered";
            case CLOCK -> "the server's time";
            case OTHER -> "a value that is worked out";
        };
    }
}
