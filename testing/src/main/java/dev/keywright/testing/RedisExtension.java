package dev.keywright.testing;

import dev.keywright.server.Cluster;
import dev.keywright.server.Independent;
import dev.keywright.server.Redis;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/*
 * A class with @WithRedis is a class template: JUnit runs it once per topology, and plain @Test methods stay plain. Which kind of
 * server a turn wants lies in its store; the loan lies in the store of whoever asked first, the class (for @BeforeAll, which runs
 * once, before all turns) or the test, and JUnit gives it back when that scope ends. Stores inherit, so a test finds what its class
 * has borrowed.
 */
/** Does what {@link WithRedis} promises. */
final class RedisExtension
        implements ClassTemplateInvocationContextProvider,
                TestTemplateInvocationContextProvider,
                ParameterResolver,
                BeforeEachCallback,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final Namespace NAMESPACE = Namespace.create(RedisExtension.class);
    private static final Set<Class<?>> SERVERS =
            Set.of(Redis.class, Standalone.class, Replication.class, Sentinel.class, Cluster.class, Independent.class);

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestClass(), WithRedis.class);
    }

    @Override
    public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(ExtensionContext context) {
        return kinds(context.getTestClass()).stream().map(OnClass::new);
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getTestMethod()
                .filter(method -> method.isAnnotationPresent(TestTemplate.class))
                .filter(method -> AnnotationSupport.isAnnotated(method, WithRedis.class))
                .isPresent();
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        return kinds(context.getTestMethod()).stream().map(OnTest::new);
    }

    private record OnClass(Kind kind) implements ClassTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return "on " + kind.topology();
        }

        @Override
        public void prepareInvocation(ExtensionContext context) {
            store(context).put(Kind.class, kind);
        }
    }

    private record OnTest(Kind kind) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return "on " + kind.topology();
        }

        @Override
        public void prepareInvocation(ExtensionContext context) {
            store(context).put(Kind.class, kind);
        }
    }

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Loan held = loan(context);
        if (held == null || !held.kind().equals(kind(context))) {
            borrow(context);
        } else if (!held.isForOneTest()) {
            held.restore();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return SERVERS.contains(type);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Loan held = loan(context);
        Redis redis = (held == null || !held.kind().equals(kind(context)) ? borrow(context) : held).redis();
        Class<?> type = parameter.getParameter().getType();
        if (!type.isInstance(redis)) {
            throw new ParameterResolutionException(
                    "The test runs on " + redis.topology() + ", which is no " + type.getSimpleName() + " ("
                            + parameter.getDeclaringExecutable().getName()
                            + "). Take a Redis, or name the topology in @WithRedis.");
        }
        return redis;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(context, failure);
    }

    private static Throwable explained(ExtensionContext context, Throwable failure) {
        Loan held = loan(context);
        if (held != null && !(failure instanceof TestAbortedException)) {
            failure.addSuppressed(new ServersAtFailure(held.redis()));
        }
        return failure;
    }

    private static Loan borrow(ExtensionContext context) {
        Servers servers = context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .computeIfAbsent(Servers.class, none -> new Servers(), Servers.class);
        Loan loan = servers.borrow(kind(context), context.getTestMethod().isPresent());
        store(context).put(Loan.class, loan);
        return loan;
    }

    /** What this test, or else its class, has borrowed. */
    private static @Nullable Loan loan(ExtensionContext context) {
        return store(context).get(Loan.class, Loan.class);
    }

    private static Kind kind(ExtensionContext context) {
        boolean ofItsOwn = AnnotationSupport.isAnnotated(context.getTestMethod(), WithRedis.class)
                && !AnnotationSupport.isAnnotated(context.getTestMethod(), TestTemplate.class);
        if (ofItsOwn) {
            List<Kind> kinds = kinds(context.getTestMethod());
            if (kinds.size() > 1) {
                throw new ExtensionConfigurationException(
                        "A @Test runs on one topology, and @WithRedis names " + kinds.size() + " ("
                                + context.getDisplayName() + "). Make it a @TestTemplate, or annotate the class.");
            }
            return kinds.get(0);
        }
        Kind ofThisTurn = store(context).get(Kind.class, Kind.class);
        return ofThisTurn == null ? onlyKind(context) : ofThisTurn;
    }

    /** For what JUnit does once for all turns: {@code @BeforeAll}, and the constructor of a class with one instance. */
    private static Kind onlyKind(ExtensionContext context) {
        List<Kind> kinds = kinds(context.getTestClass());
        if (kinds.size() != 1) {
            throw new ExtensionConfigurationException(
                    "This runs once for all topologies, and @WithRedis names " + kinds.size()
                            + " (" + context.getDisplayName()
                            + "). Take the Redis in @BeforeEach or in the test, or name one topology on the"
                            + " class.");
        }
        return kinds.get(0);
    }

    private static List<Kind> kinds(Optional<? extends AnnotatedElement> element) {
        return AnnotationSupport.findAnnotation(element, WithRedis.class)
                .map(Kind::of)
                .orElseGet(List::of);
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
