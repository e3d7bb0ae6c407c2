package dev.keywright.codec;

/** The tags of what this package writes. They are stored in live data and never change their meaning. */
final class Formats {

    static final byte TEXT = 't';
    static final byte BYTES = 'b';
    static final byte JSON = 'j';
    static final byte CBOR = 'c';
    static final byte SMILE = 's';
    static final byte JAVA = 'o';
    static final byte COMPRESSED = 'z';

    private Formats() {}

    static void expect(byte expected, byte format, String what) {
        if (format != expected) {
            throw unknown(format, what);
        }
    }

    static IllegalArgumentException unknown(byte format, String what) {
        return new IllegalArgumentException(
                "The stored value has format " + format + ", which the codec of " + what + " does not read");
    }
}
