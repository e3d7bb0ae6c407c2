package dev.keywright.ops.lua;

import java.util.ArrayList;
import java.util.List;

/** A name of a script, with everything that is ever put into it. Which of it is there at which moment is not told. */
final class Variable {

    /** What is stored under a key of the table that the variable holds; an unknown key is none. */
    record Entry(Node key, Node value) {}

    private final String name;
    private final int line;
    private final boolean global;
    private final List<Node> values = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();

    Variable(String name, int line, boolean global) {
        this.name = name;
        this.line = line;
        this.global = global;
    }

    String name() {
        return name;
    }

    int line() {
        return line;
    }

    boolean isGlobal() {
        return global;
    }

    /** Every expression that is assigned to it, or passed for it. */
    List<Node> values() {
        return values;
    }

    /** Every assignment into the table that it holds. */
    List<Entry> entries() {
        return entries;
    }

    @Override
    public String toString() {
        return name;
    }
}
