package dev.keywright.cache.annotation;

import org.jspecify.annotations.Nullable;

/** Carries a value past the cache that must not be kept; everybody who waits for it gets it. */
final class Unkept extends Throwable {

    final transient @Nullable Object value;

    Unkept(@Nullable Object value) {
        super("not to be kept", null, false, false);
        this.value = value;
    }
}
