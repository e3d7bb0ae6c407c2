package dev.keywright.cache.annotation;

import dev.keywright.KeywrightException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How a method hands its value over: as it is, in an {@code Optional}, later, or both.
 *
 * @param where the method, for messages
 * @param value what is kept
 */
record Shape(String where, boolean later, boolean optional, boolean primitive, Type value) {

    static Shape of(Method method, Bindings bindings, String where) {
        Type type = bindings.resolve(method.getGenericReturnType());
        Class<?> raw = Bindings.raw(type);
        boolean later = raw == CompletionStage.class || raw == CompletableFuture.class;
        if (later) {
            type = inner(type);
        }
        boolean optional = Bindings.raw(type) == Optional.class;
        return new Shape(where, later, optional, method.getReturnType().isPrimitive(), optional ? inner(type) : type);
    }

    private static Type inner(Type type) {
        return type instanceof Bindings.Generic generic ? generic.arguments().get(0) : Object.class;
    }

    /** @throws KeywrightException.Misused when nothing can be kept of it */
    void requireValue() {
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

    /**
     * Runs the method and waits for its answer; without the wrapping.
     *
     * @param limit how long to wait for one that comes later; then the method counts as failed, and what it brings is not seen
     */
    @Nullable
    Object await(Body body, Duration limit) throws InvocationTargetException {
        Object given = body.run();
        if (!later || given == null) {
            return value(given);
        }
        try {
            return value(((CompletionStage<?>) given).toCompletableFuture().get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            throw new InvocationTargetException(cause(Objects.requireNonNullElse(e.getCause(), e)));
        } catch (java.util.concurrent.CancellationException e) {
            throw new InvocationTargetException(e);
        } catch (TimeoutException e) {
            throw new InvocationTargetException(new KeywrightException.Unavailable(
                    where + " did not answer in " + limit.toMillis() + " ms; if it needs longer, raise loadTimeout.",
                    true,
                    e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
