package dev.keywright.testing;

import dev.keywright.server.Topology;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the tests of a class, or one test, on a real Redis, which they take as a parameter of type
 * {@link dev.keywright.server.Redis Redis} or, where the topology is that, of type
 * {@link dev.keywright.server.Standalone Standalone}, {@link dev.keywright.server.Replication Replication},
 * {@link dev.keywright.server.Sentinel Sentinel}, {@link dev.keywright.server.Cluster Cluster} or
 * {@link dev.keywright.server.Independent Independent}; also in constructors, in {@code @BeforeEach} and, with one
 * topology, in {@code @BeforeAll}.
 * <ul>
 *   <li>On a class: every test runs once per topology. On a {@code @Test}: one topology, which wins over that of the class. On a
 *       {@code @TestTemplate}: once per topology.
 *   <li>Before each test the servers are as new: no keys, scripts or functions, the configuration they were started with, running
 *       and thawed. What a {@code @BeforeAll} stores is gone by then.
 *   <li>Servers are shared by all tests of a JVM that ask for the same kind, one after the other; tests that run at the same time
 *       each get their own. Cost: some 20 ms for the first of a kind (a cluster some 2 s), then a few milliseconds per test.
 *   <li>A failed test carries the topology and the last lines of the server's log as a suppressed exception.
 * </ul>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ExtendWith(RedisExtension.class)
@ClassTemplate
public @interface WithRedis {

    /** The topologies to run on, in this order. */
    Topology[] value() default Topology.STANDALONE;

    /** Whether each test gets servers of its own, started for it and closed after it; a {@code @BeforeAll} gets them for the class. */
    boolean fresh() default false;

    /** Lines of {@code redis.conf} for every server, such as {@code "maxmemory 10mb"}. */
    String[] directives() default {};

    /** How many masters a cluster has, or how many independent servers there are. */
    int masters() default 3;

    /** How many replicas each master has; -1: 2 with Sentinel, 1 in a replication, none in a cluster. */
    int replicas() default -1;
}
