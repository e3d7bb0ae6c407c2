package dev.keywright.cache.annotation;

import java.util.function.Predicate;

/** No condition. */
final class Always implements Predicate<Invocation> {

    @Override
    public boolean test(Invocation invocation) {
        return true;
    }
}
