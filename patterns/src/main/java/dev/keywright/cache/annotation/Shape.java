package dev.keywright.cache.annotation;

import dev.keywright.KeywrightException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How a method hands its value over: as it is, in an {@code Optional}, later, or both.
 *
 * @param value what is kept
 */
record Shape(boolean later, boolean optional, boolean primitive, Type value) {

    static Shape of(Method method, Bindings bindings) {
        Type type = bindings.resolve(method.getGenericReturnType());
        Class<?> raw = Bindings.raw(type);
        boolean later = raw == CompletionStage.class || raw == CompletableFuture.class;
        if (later) {
            type = inner(type);
        }
        boolean optional = Bindings.raw(type) == Optional.class;
        return new Shape(later, optional, method.getReturnType().isPrimitive(), optional ? inner(type) : type);
    }

    private static Type inner(Type type) {
        return type instanceof Bindings.Generic generic ? generic.arguments().get(0) : Object.class;
    }

    /** @throws KeywrightException.Misused when nothing can be kept of it */
    void requireValue(String where) {
        Class<?> raw = Bindings.raw(value);
        if (raw == void.class || raw == Void.class) {
            throw new KeywrightException.Misused(
                    where + " returns nothing that could be kept. Let it return the value.");
        }
        if (raw == Object.class || raw.getName().startsWith("reactor.")) {
            throw new KeywrightException.Misused(where + " returns " + value.getTypeName()
                    + ", which does not say what is kept. Let it return the type of the value, or a"
                    + " CompletionStage of it.");
        }
    }

    /** What the method gave, without its wrapping; a method that answers later must have answered. */
    @Nullable
    Object value(@Nullable Object given) {
        return optional && given instanceof Optional<?> some ? some.orElse(null) : given;
    }

    /** The value as the caller of a method expects it that does not answer later. */
    @Nullable
    Object wrap(@Nullable Object value) {
        return optional ? Optional.ofNullable(value) : value;
    }

    /** Runs the method and waits for its answer; without the wrapping. */
    @Nullable
    Object await(Body body) throws InvocationTargetException {
        Object given = body.run();
        if (!later || given == null) {
            return value(given);
        }
        try {
            return value(((CompletionStage<?>) given).toCompletableFuture().join());
        } catch (CompletionException e) {
            throw new InvocationTargetException(cause(e));
        } catch (java.util.concurrent.CancellationException e) {
            throw new InvocationTargetException(e);
        }
    }

    /** What failed, without what stages wrap around it. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The method itself. */
    @FunctionalInterface
    interface Body {
        @Nullable
        Object run() throws InvocationTargetException;
    }
}
