package dev.keywright.cache.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Predicate;

/**
 * The method always runs, and what it returns replaces what is kept. A result that is nothing, or that is not to be kept, evicts. When two
 * such calls for one key overlap, the result that is put last stays, whichever the database took last; {@link CacheEvict} has no such race.
 * What goes wrong in the cache is counted, and the caller gets the result.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(CachePut.Several.class)
public @interface CachePut {

    /** The cache; how long a value is good is said by {@link Cached} of the same name. */
    String name();

    /** As in {@link Cached#key}, and {@code result} is what the method brought: {@code result.id}. */
    String[] key();

    /** Asked before the method runs; when it says no, nothing is put. */
    Class<? extends Predicate<Invocation>> condition() default Always.class;

    /** Asked what the method brought; when it says yes, the entry is evicted instead. */
    Class<? extends Predicate<?>> unless() default Never.class;

    /** More than one. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Several {
        CachePut[] value();
    }
}
