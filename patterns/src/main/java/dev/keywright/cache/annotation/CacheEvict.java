package dev.keywright.cache.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Predicate;

/**
 * The method runs, and what is kept is forgotten, here and everywhere; loads under way will not bring it back. What goes wrong in the cache
 * is counted, and the caller gets the result. An entry whose eviction Redis did not answer is evicted in the background until it does, as
 * long as this process lives; with {@link #all} the caller of the method has to do so again.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(CacheEvict.Several.class)
public @interface CacheEvict {

    /** When to forget. */
    enum When {
        /** Before the method runs. Who asks while it runs may bring the old value back. */
        BEFORE,
        /** When it has run, also when it failed: a failure does not show that nothing was changed. */
        AFTER,
        /** Both, so that nobody sees the old value for as long as the method runs, unless he asked meanwhile. */
        BOTH
    }

    /** The cache. */
    String name();

    /** As in {@link Cached#key}; {@code result} is what the method brought, and evicts nothing when it failed. */
    String[] key() default {};

    /** Every entry of the name instead, by new versions of 16 tags; their number does not matter. */
    boolean all() default false;

    When when() default When.AFTER;

    /** Asked before the method runs; when it says no, nothing is evicted. */
    Class<? extends Predicate<Invocation>> condition() default Always.class;

    /** More than one. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Several {
        CacheEvict[] value();
    }
}
