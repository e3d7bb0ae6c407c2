package dev.keywright.jcache;

import dev.keywright.connection.Connection;
import java.io.ObjectInputFilter;
import java.net.URI;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import org.jspecify.annotations.Nullable;

/** Caches of one URI and class loader. */
final class KeywrightCacheManager implements CacheManager {

    /** What may be read back of Java's own; plain values and collections of them. */
    private static final String PLAIN = "java.lang.*;java.math.*;java.time.*;java.util.*;";

    private final KeywrightCachingProvider provider;
    private final URI uri;
    private final ClassLoader loader;
    private final Properties properties;
    private final ConcurrentHashMap<String, KeywrightCache<?, ?>> caches = new ConcurrentHashMap<>();
    private volatile boolean closed;

    KeywrightCacheManager(KeywrightCachingProvider provider, URI uri, ClassLoader loader, Properties properties) {
        this.provider = provider;
        this.uri = uri;
        this.loader = loader;
        this.properties = properties;
    }

    @Override
    public synchronized <K, V, C extends Configuration<K, V>> Cache<K, V> createCache(String name, C configuration) {
        ensureOpen();
        require(name, "name");
        require(configuration, "configuration");
        if (!configuration.isStoreByValue()) {
            throw new UnsupportedOperationException("Entries live in Redis, so they are stored by value.");
        }
        if (caches.containsKey(name)) {
            throw new CacheException("A cache named " + name + " exists already.");
        }
        KeywrightCache<K, V> cache = new KeywrightCache<>(
                this,
                name,
                complete(configuration),
                new Cells(connection(), name),
                new Marshal(loader, filter(configuration)),
                provider.loads(),
                inOrder(name));
        caches.put(name, cache);
        return cache;
    }

    private Connection connection() {
        return provider.connection(uri, properties);
    }

    private static <K, V> MutableConfiguration<K, V> complete(Configuration<K, V> configuration) {
        if (configuration instanceof CompleteConfiguration<K, V> all) {
            return new MutableConfiguration<>(all);
        }
        return new MutableConfiguration<K, V>()
                .setTypes(configuration.getKeyType(), configuration.getValueType())
                .setStoreByValue(configuration.isStoreByValue());
    }

    private ObjectInputFilter filter(Configuration<?, ?> configuration) {
        String allowed = properties.getProperty(
                KeywrightCachingProvider.ALLOW, System.getProperty(KeywrightCachingProvider.ALLOW, ""));
        return ObjectInputFilter.Config.createFilter("maxdepth=30;" + PLAIN + named(configuration.getKeyType())
                + named(configuration.getValueType()) + (allowed.isBlank() ? "" : allowed + ';') + "!*");
    }

    private static String named(Class<?> type) {
        return type == Object.class ? "" : type.getName() + ';';
    }

    /** One thread, while there is something to tell. */
    private static Executor inOrder(String name) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "keywright-jcache-events-" + name);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    @Override
    @SuppressWarnings("unchecked") // the types were compared
    public <K, V> @Nullable Cache<K, V> getCache(String name, Class<K> keyType, Class<V> valueType) {
        ensureOpen();
        require(keyType, "keyType");
        require(valueType, "valueType");
        KeywrightCache<?, ?> cache = find(name);
        if (cache == null) {
            return null;
        }
        Configuration<?, ?> configuration = cache.getConfiguration(Configuration.class);
        compare(name, "keys", configuration.getKeyType(), keyType);
        compare(name, "values", configuration.getValueType(), valueType);
        return (Cache<K, V>) cache;
    }

    private static void compare(String name, String what, Class<?> made, Class<?> asked) {
        if (!made.equals(asked)) {
            throw new ClassCastException("Cache " + name + " was made for " + what + " of " + made.getName()
                    + ", not of " + asked.getName() + ".");
        }
    }

    @Override
    @SuppressWarnings("unchecked") // as the API has it
    public <K, V> @Nullable Cache<K, V> getCache(String name) {
        ensureOpen();
        return (Cache<K, V>) find(name);
    }

    private @Nullable KeywrightCache<?, ?> find(String name) {
        require(name, "name");
        return caches.get(name);
    }

    @Override
    public Iterable<String> getCacheNames() {
        ensureOpen();
        return Set.copyOf(caches.keySet());
    }

    @Override
    public void destroyCache(String name) {
        ensureOpen();
        KeywrightCache<?, ?> cache = find(name);
        if (cache != null) {
            cache.clear();
            cache.close();
        }
    }

    void forget(String name) {
        caches.remove(name);
    }

    @Override
    public void enableManagement(String name, boolean on) {
        ensureOpen();
        KeywrightCache<?, ?> cache = find(name);
        if (cache != null) {
            cache.manage(on);
        }
    }

    @Override
    public void enableStatistics(String name, boolean on) {
        ensureOpen();
        KeywrightCache<?, ?> cache = find(name);
        if (cache != null) {
            cache.count(on);
        }
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("The cache manager " + uri + " is closed.");
        }
    }

    private static void require(@Nullable Object object, String what) {
        if (object == null) {
            throw new NullPointerException(what);
        }
    }

    @Override
    public KeywrightCachingProvider getCachingProvider() {
        return provider;
    }

    @Override
    public URI getURI() {
        return uri;
    }

    @Override
    public ClassLoader getClassLoader() {
        return loader;
    }

    @Override
    public Properties getProperties() {
        return properties;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        provider.forget(this);
        for (KeywrightCache<?, ?> cache : Set.copyOf(caches.values())) {
            cache.close();
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return Unwrap.as(this, type);
    }
}
