package dev.keywright.cache.annotation;

import dev.keywright.cache.CacheBuilder;
import dev.keywright.codec.Codec;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.TypeRef;
import java.lang.reflect.Type;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What annotations do not say.
 *
 * @param codec how values of a type are stored; the type is what a method returns, without {@code Optional} and stages
 * @param tuning is told the name of each cache and the beginnings of it, to say more; loader, tags and what annotations say come after it
 * @param prefix stands before every name, so that one interface can serve two sets of data
 * @param warnings is told what will not work as it looks, when a proxy is made
 */
public record AnnotationOptions(
        Function<Type, Codec<?>> codec,
        BiConsumer<String, CacheBuilder<?, ?>> tuning,
        String prefix,
        Consumer<String> warnings) {

    /** Strings and bytes as they are, everything else as JSON; warnings go to the {@link System.Logger} of {@link AnnotatedCaches}. */
    public static final AnnotationOptions DEFAULTS = new AnnotationOptions(
            AnnotationOptions::plainOrJson,
            (name, builder) -> {},
            "",
            warning -> System.getLogger(AnnotatedCaches.class.getName()).log(System.Logger.Level.WARNING, warning));

    private static Codec<?> plainOrJson(Type type) {
        return type == String.class
                ? Codecs.string()
                : type == byte[].class ? Codecs.bytes() : Codecs.json(TypeRef.of(type));
    }

    public AnnotationOptions withCodec(Function<Type, Codec<?>> codec) {
        return new AnnotationOptions(codec, tuning, prefix, warnings);
    }

    public AnnotationOptions withTuning(BiConsumer<String, CacheBuilder<?, ?>> tuning) {
        return new AnnotationOptions(codec, tuning, prefix, warnings);
    }

    public AnnotationOptions withPrefix(String prefix) {
        return new AnnotationOptions(codec, tuning, prefix, warnings);
    }

    public AnnotationOptions withWarnings(Consumer<String> warnings) {
        return new AnnotationOptions(codec, tuning, prefix, warnings);
    }
}
