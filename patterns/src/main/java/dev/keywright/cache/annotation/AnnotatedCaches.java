package dev.keywright.cache.annotation;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.cache.CacheStats;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the annotations {@link Cached}, {@link CachePut} and {@link CacheEvict} work: a proxy of an interface stands before the object that
 * does the work. One instance serves an application; methods of one name share one cache, and must agree on it.
 *
 * <pre>{@code
 * AnnotatedCaches caches = AnnotatedCaches.over(kw);
 * Users users = caches.proxy(Users.class, new DatabaseUsers(database));
 * }</pre>
 *
 * <ul>
 *   <li>Everything that {@link dev.keywright.cache.Cache} promises holds, since every call goes through it.
 *   <li>Failure: what goes wrong in the cache is counted ({@link #failures}), and the method runs; what the method throws passes as it is.
 *   <li>A call within the object does not pass the proxy; where its class file shows one, {@link AnnotationOptions#warnings} is told.
 *       Default methods of a public interface that the class does not override do pass.
 *   <li>Threads: any number.
 * </ul>
 */
public final class AnnotatedCaches implements AutoCloseable {

    private static final int IDLE_SECONDS = 10;
    private static final Object[] NONE = {};

    private final Keywright kw;
    private final AnnotationOptions options;
    private final ExecutorService executor = threads();
    private final Map<String, NamedCache> caches = new ConcurrentHashMap<>();

    private AnnotatedCaches(Keywright kw, AnnotationOptions options) {
        this.kw = kw;
        this.options = options;
    }

    public static AnnotatedCaches over(Keywright kw) {
        return over(kw, AnnotationOptions.DEFAULTS);
    }

    public static AnnotatedCaches over(Keywright kw, AnnotationOptions options) {
        return new AnnotatedCaches(kw, options);
    }

    /**
     * As many as are needed: a method may call a proxy in turn, and with a bound those that wait could take all the threads that those they
     * wait for need. After the end every task has a thread of its own, so that proxies go on.
     */
    private static ExecutorService threads() {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                AnnotatedCaches::thread,
                (task, ended) -> thread(task).start());
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "keywright-annotations");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * The interface, with its annotations at work, in front of the object.
     *
     * @throws KeywrightException.Misused when the annotations cannot mean anything, or contradict each other
     */
    public <T> T proxy(Class<T> face, T target) {
        if (!face.isInterface()) {
            throw new KeywrightException.Misused(
                    face.getName() + " is no interface. Give one that the object implements.");
        }
        Reading reading = new Reading(face, target, this::cache, executor);
        Map<Method, MethodPlan> plans = reading.plans();
        reading.warnings().forEach(options.warnings());
        InvocationHandler handler = new Handler(target, plans, reading.woven());
        return face.cast(Proxy.newProxyInstance(face.getClassLoader(), new Class<?>[] {face}, handler));
    }

    private NamedCache cache(String name) {
        return caches.computeIfAbsent(name, each -> new NamedCache(kw, options.prefix() + name, options, executor));
    }

    /** What the cache of a name did in this process. */
    public CacheStats stats(String name) {
        return known(name).stats();
    }

    /** How often something went wrong in the cache of a name, and the caller got what he asked for all the same. */
    public long failures(String name) {
        return known(name).failures();
    }

    /** The last of them. */
    public Optional<Throwable> lastFailure(String name) {
        return known(name).lastFailure();
    }

    private NamedCache known(String name) {
        NamedCache cache = caches.get(name);
        if (cache == null) {
            throw new KeywrightException.Misused(
                    "No annotation names the cache " + name + ". There are " + caches.keySet() + ".");
        }
        return cache;
    }

    /** Ends the caches. Proxies go on without them: every call reaches its object. */
    @Override
    public void close() {
        caches.values().forEach(NamedCache::close);
        executor.shutdown();
    }

    /** What a proxy does with a call. */
    private record Handler(Object target, Map<Method, MethodPlan> plans, Set<Method> woven)
            implements InvocationHandler {

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
                throws Throwable {
            @Nullable Object[] arguments = given == null ? NONE : given;
            if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("equals") ? isSame(arguments[0]) : method.invoke(target, arguments);
            }
            Shape.Body body = () -> pass(proxy, method, arguments);
            MethodPlan plan = plans.get(method);
            try {
                return plan == null ? body.run() : plan.run(Invocation.of(method, arguments), body);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        }

        private boolean isSame(@Nullable Object other) {
            return other != null
                    && Proxy.isProxyClass(other.getClass())
                    && Proxy.getInvocationHandler(other) instanceof Handler handler
                    && handler.target.equals(target);
        }

        private @Nullable Object pass(Object proxy, Method method, @Nullable Object[] arguments)
                throws InvocationTargetException {
            try {
                if (woven.contains(method)) {
                    return InvocationHandler.invokeDefault(proxy, method, arguments);
                }
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e;
            } catch (Throwable t) {
                throw new InvocationTargetException(t);
            }
        }
    }

    /** Whether a default method can be run on a proxy. */
    static boolean isWeavable(Method method) {
        return method.isDefault()
                && Modifier.isPublic(method.getDeclaringClass().getModifiers());
    }
}
