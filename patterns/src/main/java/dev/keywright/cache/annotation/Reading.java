package dev.keywright.cache.annotation;

import dev.keywright.KeywrightException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the annotations of an interface and of the object behind it, and checks that they mean something. */
final class Reading {

    private final Class<?> face;
    private final Class<?> target;
    private final Bindings bindings;
    private final Function<String, NamedCache> caches;
    private final Executor executor;
    private final Set<NamedCache> touched = new LinkedHashSet<>();
    private final Set<Method> woven = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    Reading(Class<?> face, Object target, Function<String, NamedCache> caches, Executor executor) {
        this.face = face;
        this.target = target.getClass();
        this.bindings = new Bindings(face, this.target);
        this.caches = caches;
        this.executor = executor;
    }

    /** The default methods that run on the proxy, so that what they call passes it too. */
    Set<Method> woven() {
        return woven;
    }

    List<String> warnings() {
        return warnings;
    }

    Map<Method, MethodPlan> plans() {
        Map<Method, MethodPlan> plans = new HashMap<>();
        SelfInvocations own = new SelfInvocations(target);
        for (Method method : face.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())) {
                continue;
            }
            if (!Modifier.isPublic(method.getDeclaringClass().getModifiers())) {
                boolean unused = method.trySetAccessible();
            }
            Method behind = behind(method);
            boolean isOnlyDefault = behind.getDeclaringClass().isInterface();
            if (AnnotatedCaches.isWeavable(method) && (isOnlyDefault || method.isBridge())) {
                woven.add(method);
            }
            Method annotated = method.isBridge() ? null : annotated(method, behind);
            if (annotated != null) {
                plans.put(method, plan(method, annotated));
                if (!isOnlyDefault && own.has(behind)) {
                    warnings.add(target.getName() + " calls its own " + where(method)
                            + ", which does not pass the proxy, so its annotations have no effect there. Call"
                            + " it through the proxy.");
                }
            }
        }
        if (plans.isEmpty()) {
            warnings.add(
                    "No method of " + face.getName() + " or " + target.getName() + " has an annotation of a cache.");
        }
        touched.forEach(NamedCache::build);
        return plans;
    }

    /** What the object does when the method is called. */
    private Method behind(Method method) {
        try {
            return target.getMethod(method.getName(), method.getParameterTypes());
        } catch (NoSuchMethodException e) {
            return method;
        }
    }

    /** The method that has the annotations: that of the class, of the interface, or of a parent of it; null when none has. */
    private @Nullable Method annotated(Method method, Method behind) {
        List<Method> candidates = new ArrayList<>(List.of(behind, method));
        for (Class<?> parent : parents(face, new LinkedHashSet<>())) {
            Stream.of(parent.getDeclaredMethods())
                    .filter(each -> isOverridden(each, method))
                    .forEach(candidates::add);
        }
        return candidates.stream()
                .filter(each -> each.isAnnotationPresent(Cached.class)
                        || each.getAnnotationsByType(CachePut.class).length > 0
                        || each.getAnnotationsByType(CacheEvict.class).length > 0)
                .findFirst()
                .orElse(null);
    }

    private boolean isOverridden(Method parents, Method method) {
        return parents.getName().equals(method.getName()) && types(parents).equals(types(method));
    }

    private List<Class<?>> types(Method method) {
        return Stream.of(method.getGenericParameterTypes())
                .<Class<?>>map(type -> Bindings.raw(bindings.resolve(type)))
                .toList();
    }

    private static Set<Class<?>> parents(Class<?> type, Set<Class<?>> all) {
        for (Class<?> parent : type.getInterfaces()) {
            all.add(parent);
            parents(parent, all);
        }
        return all;
    }

    private String where(Method method) {
        return face.getSimpleName() + "." + method.getName();
    }

    private MethodPlan plan(Method method, Method annotated) {
        String where = where(method);
        Shape shape = Shape.of(method, bindings, where);
        Cached cached = annotated.getAnnotation(Cached.class);
        CachePut[] puts = annotated.getAnnotationsByType(CachePut.class);
        if (cached != null && puts.length > 0) {
            throw new KeywrightException.Misused(
                    where + " has both @Cached and @CachePut. Choose whether it runs only when needed, or always.");
        }
        List<Rule> before = new ArrayList<>();
        List<Rule> after = new ArrayList<>();
        for (CacheEvict evict : annotated.getAnnotationsByType(CacheEvict.class)) {
            Rule rule = evicting(evict, method, annotated, shape, where);
            if (evict.when() != CacheEvict.When.AFTER) {
                before.add(rule);
            }
            if (evict.when() != CacheEvict.When.BEFORE) {
                after.add(rule);
            }
        }
        return new MethodPlan(
                shape,
                cached == null ? null : reading(cached, method, annotated, shape, where),
                before,
                Stream.of(puts)
                        .map(put -> putting(put, method, annotated, shape, where))
                        .toList(),
                after,
                executor);
    }

    private Rule reading(Cached cached, Method method, Method annotated, Shape shape, String where) {
        shape.requireValue();
        NamedCache cache = cache(cached.name());
        Class<?> owner = annotated.getDeclaringClass().isInterface() ? face : target;
        KeyPlan key = cached.key().length == 0
                ? KeyPlan.ofMethod(owner, method, bindings, where)
                : KeyPlan.ofSelection(cached.key(), method, annotated, null, bindings, where);
        cache.settings(Settings.of(cached), where);
        cache.type(shape.value(), where);
        cache.keys(key, where);
        return new Rule(cache, key, made(cached.condition()), unless(cached.unless()));
    }

    private Rule putting(CachePut put, Method method, Method annotated, Shape shape, String where) {
        shape.requireValue();
        NamedCache cache = cache(put.name());
        if (put.key().length == 0) {
            throw new KeywrightException.Misused(where + " has @CachePut without a key. Select what @Cached selects.");
        }
        KeyPlan key = KeyPlan.ofSelection(put.key(), method, annotated, shape.value(), bindings, where);
        cache.type(shape.value(), where);
        cache.keys(key, where);
        return new Rule(cache, key, made(put.condition()), unless(put.unless()));
    }

    private Rule evicting(CacheEvict evict, Method method, Method annotated, Shape shape, String where) {
        NamedCache cache = cache(evict.name());
        if (evict.all() == evict.key().length > 0) {
            throw new KeywrightException.Misused(where + " has @CacheEvict with "
                    + (evict.all() ? "both a key and all = true" : "neither a key nor all = true")
                    + ". Give one of them.");
        }
        if (evict.all()) {
            cache.clears(where);
            return new Rule(cache, null, made(evict.condition()), new Never());
        }
        Type result = evict.when() == CacheEvict.When.AFTER ? shape.value() : null;
        KeyPlan key = KeyPlan.ofSelection(evict.key(), method, annotated, result, bindings, where);
        cache.keys(key, where);
        return new Rule(cache, key, made(evict.condition()), new Never());
    }

    private NamedCache cache(String name) {
        NamedCache cache = caches.apply(name);
        touched.add(cache);
        return cache;
    }

    @SuppressWarnings("unchecked") // what it is asked about is what the method returns
    private static Predicate<Object> unless(Class<? extends Predicate<?>> type) {
        return (Predicate<Object>) made(type);
    }

    private static <T> T made(Class<T> type) {
        try {
            Constructor<T> constructor = type.getDeclaredConstructor();
            return constructor.canAccess(null) || constructor.trySetAccessible()
                    ? constructor.newInstance()
                    : refused(type);
        } catch (ReflectiveOperationException e) {
            return refused(type);
        }
    }

    private static <T> T refused(Class<T> type) {
        throw new KeywrightException.Misused(
                type.getName() + " cannot be made. Give it a constructor without parameters, and make it static.");
    }
}
