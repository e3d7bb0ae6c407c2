package dev.keywright.cache.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Predicate;

/**
 * What the method returns is kept, and the method runs only for what is missing; once at a time per key among all processes. On a method of
 * an interface, or on the method of the class that implements it, which then counts alone. Takes effect through
 * {@link AnnotatedCaches#proxy}.
 * <ul>
 *   <li>Returns: a value, {@code Optional}, {@code CompletionStage} or {@code CompletableFuture}, of an {@code Optional} too. Null and
 *       empty are remembered for {@link #negativeTtl}.
 *   <li>Threads: the method runs on the caller's thread; one that returns a stage, and a refresh, on a thread of the cache.
 *   <li>Failure: what the method throws reaches the caller as it is, and is not kept. What goes wrong in the cache is counted, and the
 *       method runs.
 * </ul>
 *
 * Times are written as {@code 500ms}, {@code 30s}, {@code 10m}, {@code 2h} or {@code 7d}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Cached {

    /** The cache, the same in every process and for all methods that share values: letters, digits, '.', '_' and '-'. */
    String name();

    /**
     * What the value belongs to: parameters by name ({@code id}) or place ({@code 0}), and what they have ({@code user.id}: a method
     * {@code id()}, {@code getId()} or {@code isId()}). Methods of one name that say so share their entries. When nothing is said the key is
     * made of the method and all its arguments, and no other method shares it.
     */
    String[] key() default {};

    /** How long a value is good; 10 minutes unless said. */
    String ttl() default "";

    /** How long it is remembered that there is nothing; 10 seconds unless said, {@code 0s} for not at all. */
    String negativeTtl() default "";

    /** By how much of its length a time may be shortened, so that not all end together, 0 to 1; 0.15 unless said. */
    double jitter() default Settings.UNSAID;

    /** How long after its time a value is still shown when the method fails or Redis is away; not at all unless said. */
    String staleIfError() default "";

    /** In the last so much of its time a value that is read is loaded anew in the background; not at all unless said. */
    String refreshAhead() default "";

    /**
     * After how long a run of the method counts as dead, so that somebody else may try; 10 seconds unless said. What it brings later is not
     * kept; one that returns a stage fails then.
     */
    String loadTimeout() default "";

    /**
     * Whether all entries of the name can be evicted at once. Costs a second GET in the flush of each read; without it a hit is one GET.
     */
    boolean clearable() default true;

    /** Asked before; when it says no, the method runs as if it had no annotation. A class with a constructor without parameters. */
    Class<? extends Predicate<Invocation>> condition() default Always.class;

    /** Asked what the method brought, unless that is nothing; when it says yes, the value is not kept. */
    Class<? extends Predicate<?>> unless() default Never.class;
}
