package dev.keywright.ops.analysis;

/**
 * What a value looks like, or a part of it.
 *
 * @param elements how many elements were looked at; all of them offline, some of them live. 1 for a string
 * @param payloadBytes what they hold of the user's bytes, names of fields included
 * @param fieldNameBytes names of hash fields among them; 0 for other types
 * @param longestBytes the longest element, field name or field value
 * @param integers how many are integers as the server writes them, without padding; of a hash, how many values
 * @param score one score of a sorted set; NaN for other types
 * @param head the first bytes of the string, of the first element or of the first field's value; at most {@link #HEAD_BYTES}
 */
public record Shape(
        long elements,
        long payloadBytes,
        long fieldNameBytes,
        long longestBytes,
        long integers,
        double score,
        ByteString head) {

    public static final int HEAD_BYTES = 512;
}
