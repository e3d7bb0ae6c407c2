package dev.keywright.jcache;

/** The way to what is behind an interface of JCache. */
final class Unwrap {

    private Unwrap() {}

    static <T> T as(Object object, Class<T> type) {
        if (type.isInstance(object)) {
            return type.cast(object);
        }
        throw new IllegalArgumentException("A " + object.getClass().getSimpleName() + " is no " + type.getName() + ".");
    }
}
