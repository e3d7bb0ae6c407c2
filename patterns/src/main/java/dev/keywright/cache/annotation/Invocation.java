package dev.keywright.cache.annotation;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of an annotated method.
 *
 * @param method that of the interface
 * @param arguments in the order of the parameters; may have nulls
 */
public record Invocation(Method method, List<@Nullable Object> arguments) {

    static Invocation of(Method method, @Nullable Object[] arguments) {
        return new Invocation(method, Collections.unmodifiableList(Arrays.asList(arguments.clone())));
    }

    /** The argument at a place, 0 for the first. */
    public @Nullable Object argument(int place) {
        return arguments.get(place);
    }
}
