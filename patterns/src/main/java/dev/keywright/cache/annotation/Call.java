package dev.keywright.cache.annotation;

import java.lang.reflect.InvocationTargetException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A key that knows how to get its value: the call that asks. What the method throws travels through the cache in an
 * {@link InvocationTargetException}, so that it is never mistaken for a failure of the cache.
 */
final class Call {

    private final String text;
    private final @Nullable Source source;
    private volatile @Nullable Outcome outcome;

    /** Where a value comes from. */
    record Source(Shape shape, Shape.Body body, Predicate<Object> unless, NamedCache cache) {}

    /** What the method did: returned, or failed. */
    record Outcome(@Nullable Object value, @Nullable InvocationTargetException failure) {

        @Nullable
        Object orThrow() throws InvocationTargetException {
            if (failure != null) {
                throw failure;
            }
            return value;
        }
    }

    Call(String text, @Nullable Source source) {
        this.text = text;
        this.source = source;
    }

    String text() {
        return text;
    }

    /** What the method did; null when it was not needed. */
    @Nullable
    Outcome outcome() {
        return outcome;
    }

    /** Runs the method for the cache. */
    @Nullable
    Object load() throws InvocationTargetException {
        if (source == null) {
            return null; // made to forget or to put, not to ask
        }
        Object value = run(source);
        if (value != null && isUnkept(source, value)) {
            throw new InvocationTargetException(new Unkept(value));
        }
        return value;
    }

    /** Runs the method past the cache. */
    @Nullable
    Object run(Source source) throws InvocationTargetException {
        try {
            Object value = source.shape.await(source.body, source.cache.loadTimeout());
            outcome = new Outcome(value, null);
            return value;
        } catch (InvocationTargetException e) {
            outcome = new Outcome(null, e);
            throw e;
        }
    }

    private static boolean isUnkept(Source source, Object value) {
        try {
            return source.unless.test(value);
        } catch (RuntimeException e) {
            source.cache.failed(e);
            return true;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Call call && call.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
