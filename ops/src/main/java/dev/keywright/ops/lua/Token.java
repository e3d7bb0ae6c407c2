package dev.keywright.ops.lua;

/**
 * A word of a script.
 *
 * @param text as written; of a string, what it stands for, one character per byte of its UTF-8
 * @param line counted from 1
 */
record Token(Kind kind, String text, int line) {

    enum Kind {
        NAME,
        KEYWORD,
        NUMBER,
        STRING,
        SYMBOL,
        END
    }

    boolean is(String word) {
        return (kind == Kind.KEYWORD || kind == Kind.SYMBOL) && text.equals(word);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end of the file" : "'" + text + "'";
    }
}
