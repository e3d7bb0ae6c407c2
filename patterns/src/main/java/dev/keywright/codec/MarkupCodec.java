package dev.keywright.codec;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;

/**
 * Values as JSON, CBOR or Smile. Writes one of them and reads all three by their tags, as far as their libraries are there.
 * What Jackson says of a failure may show the value, so only its kind and place are told.
 */
final class MarkupCodec<V> implements Codec<V> {

    private final Markup markup;
    private final JavaType type;
    private final ObjectWriter writer;
    private final Map<Byte, ObjectReader> readers = new HashMap<>();

    private MarkupCodec(Markup markup, Type type, ObjectMapper mapper) {
        this.markup = markup;
        this.type = mapper.constructType(type);
        if (mapper.getDeserializationConfig().getDefaultTyper(this.type) != null) {
            throw new IllegalArgumentException("The ObjectMapper has default typing on, so that stored bytes choose the"
                    + " classes to create; switch it off, or name the subtypes by @JsonSubTypes");
        }
        JsonFactory own = mapper.getFactory();
        this.writer = mapper.writerFor(this.type).with(markup.factory(own));
        ObjectReader reader = mapper.readerFor(this.type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        for (Markup each : Markup.values()) {
            if (each.library.isThere()) {
                readers.put(each.format, reader.with(each.factory(own)));
            }
        }
    }

    static <V> Codec<V> of(Markup markup, Type type) {
        return new MarkupCodec<>(
                markup,
                type,
                JsonMapper.builder()
                        .findAndAddModules()
                        .enable(MapperFeature.BLOCK_UNSAFE_POLYMORPHIC_BASE_TYPES)
                        .build());
    }

    static <V> Codec<V> of(Markup markup, Type type, ObjectMapper mapper) {
        return new MarkupCodec<>(markup, type, mapper);
    }

    @Override
    public byte format() {
        return markup.format;
    }

    @Override
    public byte[] encode(V value) {
        try {
            return writer.writeValueAsBytes(value);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("A value of " + name() + " cannot be written as " + markup + failure(e));
        }
    }

    @Override
    public V decode(byte format, byte[] bytes, int offset, int length) {
        ObjectReader reader = readers.get(format);
        if (reader == null) {
            throw Formats.unknown(format, name());
        }
        V value;
        try {
            value = reader.readValue(bytes, offset, length);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("A stored value cannot be read as " + name() + failure(e));
        }
        if (value == null) {
            throw new IllegalArgumentException("A stored value is null where " + name() + " was expected");
        }
        return value;
    }

    private static String failure(Exception e) {
        String kind = ": " + e.getClass().getSimpleName();
        if (e instanceof InvalidDefinitionException definition) {
            return kind + ", " + definition.getOriginalMessage(); // about classes alone
        }
        return e instanceof JacksonException jackson && jackson.getLocation() != null
                ? kind + " at byte " + jackson.getLocation().getByteOffset()
                : kind;
    }

    private String name() {
        return type.toCanonical();
    }

    @Override
    public String toString() {
        return markup + " of " + name();
    }
}
