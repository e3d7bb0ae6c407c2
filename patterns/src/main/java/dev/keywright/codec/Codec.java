package dev.keywright.codec;

/**
 * Turns values into bytes and back. Threads: any number at once.
 *
 * @param <V> what is stored
 */
public interface Codec<V> {

    /** The tag stored beside what {@link #encode} writes, so that another codec can tell; letters below 128. */
    byte format();

    byte[] encode(V value);

    /**
     * Reads what some codec wrote.
     *
     * @param format the tag that was stored beside it
     * @throws IllegalArgumentException when this codec cannot read that format, or the bytes are damaged; the message shows no value
     */
    V decode(byte format, byte[] bytes, int offset, int length);
}
