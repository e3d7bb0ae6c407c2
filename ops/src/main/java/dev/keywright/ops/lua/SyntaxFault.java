package dev.keywright.ops.lua;

/** The text is no Lua 5.1; caught by whoever parses. */
final class SyntaxFault extends RuntimeException {

    private final int line;

    SyntaxFault(int line, String message) {
        super(message);
        this.line = line;
    }

    int line() {
        return line;
    }
}
