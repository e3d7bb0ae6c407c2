package dev.keywright.codec;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.KeywrightException;
import java.io.ObjectInputFilter;
import java.lang.reflect.Type;

/**
 * The codecs that come with the library. All of them may be used by any number of threads; what they cannot write or read is an
 * {@code IllegalArgumentException} whose message shows no value.
 * <ul>
 *   <li>JSON, CBOR and Smile are Jackson's ({@code jackson-databind}, {@code jackson-dataformat-cbor},
 *       {@code jackson-dataformat-smile}), for records, classes and collections. Each codec writes one of the formats and reads
 *       all three, so the format can change over live data. Modules on the class path are used.
 *   <li>A library that is missing is a {@link KeywrightException.Misused} that names the artifact, when the codec is made.
 *   <li>Stored bytes never choose a class to create: default typing is refused, Java serialization has a list.
 * </ul>
 */
public final class Codecs {

    /** The most that compressed bytes may become when they are read. */
    public static final int DEFAULT_MAX_BYTES = 64 << 20;

    private static final Codec<String> STRING = new StringCodec();
    private static final Codec<byte[]> BYTES = new BytesCodec();

    private Codecs() {}

    /** Text as UTF-8. */
    public static Codec<String> string() {
        return STRING;
    }

    /** Bytes as they are. An array that was handed over must not be changed until the call is over. */
    public static Codec<byte[]> bytes() {
        return BYTES;
    }

    public static <V> Codec<V> json(Class<V> type) {
        return markup(Markup.JSON, type);
    }

    public static <V> Codec<V> json(TypeRef<V> type) {
        return markup(Markup.JSON, type.type());
    }

    /** With the mapper's modules and settings; changing the mapper afterwards has no effect. */
    public static <V> Codec<V> json(Class<V> type, ObjectMapper mapper) {
        return markup(Markup.JSON, type, mapper);
    }

    public static <V> Codec<V> json(TypeRef<V> type, ObjectMapper mapper) {
        return markup(Markup.JSON, type.type(), mapper);
    }

    public static <V> Codec<V> cbor(Class<V> type) {
        return markup(Markup.CBOR, type);
    }

    public static <V> Codec<V> cbor(TypeRef<V> type) {
        return markup(Markup.CBOR, type.type());
    }

    public static <V> Codec<V> cbor(Class<V> type, ObjectMapper mapper) {
        return markup(Markup.CBOR, type, mapper);
    }

    public static <V> Codec<V> cbor(TypeRef<V> type, ObjectMapper mapper) {
        return markup(Markup.CBOR, type.type(), mapper);
    }

    public static <V> Codec<V> smile(Class<V> type) {
        return markup(Markup.SMILE, type);
    }

    public static <V> Codec<V> smile(TypeRef<V> type) {
        return markup(Markup.SMILE, type.type());
    }

    public static <V> Codec<V> smile(Class<V> type, ObjectMapper mapper) {
        return markup(Markup.SMILE, type, mapper);
    }

    public static <V> Codec<V> smile(TypeRef<V> type, ObjectMapper mapper) {
        return markup(Markup.SMILE, type.type(), mapper);
    }

    /**
     * Java serialization of this class and of those listed; their superclasses, boxed primitives, strings and arrays of all these
     * come along. Everything else is refused before it is created. For data that has no better format.
     */
    public static <V> Codec<V> java(Class<V> type, Class<?>... allowed) {
        return new JavaCodec<>(type, JavaCodec.allowing(type, allowed));
    }

    /** Java serialization of what the filter allows; what it leaves undecided is refused. */
    public static <V> Codec<V> java(Class<V> type, ObjectInputFilter filter) {
        return new JavaCodec<>(type, filter);
    }

    /**
     * Compresses what the codec writes in more than so many bytes, where that makes it smaller; costs 2 bytes on smaller values.
     * Reads every compression, and values stored without.
     */
    public static <V> Codec<V> compressed(Codec<V> codec, Compression compression, int aboveBytes) {
        return compressed(codec, compression, aboveBytes, DEFAULT_MAX_BYTES);
    }

    /** @param maxBytes the most that a value may have before compression; stored ones that claim more are refused unread */
    public static <V> Codec<V> compressed(Codec<V> codec, Compression compression, int aboveBytes, int maxBytes) {
        compression.library.need("Compression by " + compression);
        return new CompressedCodec<>(codec, compression, aboveBytes, maxBytes);
    }

    private static <V> Codec<V> markup(Markup markup, Type type) {
        need(markup);
        return MarkupCodec.of(markup, type);
    }

    private static <V> Codec<V> markup(Markup markup, Type type, ObjectMapper mapper) {
        need(markup);
        return MarkupCodec.of(markup, type, mapper);
    }

    private static void need(Markup markup) {
        Library.JACKSON.need("The codec for " + markup);
        markup.library.need("The codec for " + markup);
    }
}
