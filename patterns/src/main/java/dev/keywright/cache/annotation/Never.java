package dev.keywright.cache.annotation;

import java.util.function.Predicate;

/** Nothing that is not kept. */
final class Never implements Predicate<Object> {

    @Override
    public boolean test(Object value) {
        return false;
    }
}
