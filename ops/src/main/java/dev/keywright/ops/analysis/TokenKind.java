package dev.keywright.ops.analysis;

/** What a part of a key's name is, told by its bytes alone. */
enum TokenKind {
    /** Stands as it is. */
    WORD("", 1),
    /** A word with ids in it, such as {@code user{n}}. */
    MIXED("", 2),
    NUMBER("{n}", 3),
    DATE("{date}", 4),
    UUID("{uuid}", 5),
    HEX("{hex}", 6),
    /** Random letters and digits: base64, ULID, nano ids. */
    ID("{id}", 7),
    EMAIL("{email}", 8),
    IP("{ip}", 9),
    BINARY("{binary}", 10),
    /** Words too many to be names of anything but values. */
    ANY("{*}", 11);

    private final String shown;
    private final int salt;

    TokenKind(String shown, int salt) {
        this.shown = shown;
        this.salt = salt;
    }

    /** As a pattern shows it; empty where the text of the part does. */
    String shown() {
        return shown;
    }

    /** Another number for each, for hashes. */
    int salt() {
        return salt;
    }

    boolean isVariable() {
        return this != WORD;
    }
}
