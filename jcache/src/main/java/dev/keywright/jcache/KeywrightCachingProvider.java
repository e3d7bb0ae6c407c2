package dev.keywright.jcache;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;

/**
 * JCache over Redis. Where Redis is: the URI of the cache manager when it is one of Redis ({@code redis://}, {@code redis-sentinel://},
 * {@code redis-cluster://} and their TLS forms), else the manager's property {@value #URI_PROPERTY}, else the system property of that name, else
 * {@code redis://localhost:6379}. The connection is opened with the first cache and shared by all of that address; {@link #close()} ends it.
 */
public final class KeywrightCachingProvider implements CachingProvider {

    /** Property with the URI of Redis, of a cache manager or of the system. */
    public static final String URI_PROPERTY = "keywright.jcache.uri";

    /**
     * Property with further classes that may be deserialised, of a cache manager or of the system; a list such as
     * {@code com.example.shop.*;com.example.Order} in the form of {@link java.io.ObjectInputFilter.Config#createFilter}. Allowed anyway:
     * Java's plain values and collections, and the types that a cache is configured with.
     */
    public static final String ALLOW = "keywright.jcache.allow";

    private static final String LOCAL = "redis://localhost:6379";

    private final Map<ClassLoader, Map<URI, KeywrightCacheManager>> managers = new WeakHashMap<>();
    private final Map<String, Connection> connections = new HashMap<>();
    private @Nullable ExecutorService loads;

    @Override
    public synchronized CacheManager getCacheManager(
            @Nullable URI uri, @Nullable ClassLoader loader, @Nullable Properties properties) {
        URI wanted = uri == null ? getDefaultURI() : uri;
        ClassLoader from = loader == null ? getDefaultClassLoader() : loader;
        Properties own = new Properties();
        if (properties != null) {
            own.putAll(properties);
        }
        return managers.computeIfAbsent(from, none -> new HashMap<>())
                .computeIfAbsent(wanted, none -> new KeywrightCacheManager(this, wanted, from, own));
    }

    @Override
    public CacheManager getCacheManager(@Nullable URI uri, @Nullable ClassLoader loader) {
        return getCacheManager(uri, loader, null);
    }

    @Override
    public CacheManager getCacheManager() {
        return getCacheManager(null, null, null);
    }

    @Override
    public ClassLoader getDefaultClassLoader() {
        return getClass().getClassLoader();
    }

    @Override
    public URI getDefaultURI() {
        return URI.create("keywright:default");
    }

    @Override
    public Properties getDefaultProperties() {
        return new Properties();
    }

    synchronized Connection connection(URI manager, Properties properties) {
        String at = address(manager, properties);
        Connection known = connections.get(at);
        if (known == null) {
            try {
                known = Connection.open(at);
            } catch (KeywrightException | IllegalArgumentException e) {
                throw new CacheException(e.getMessage(), e);
            }
            connections.put(at, known);
        }
        return known;
    }

    private static String address(URI manager, Properties properties) {
        String scheme = String.valueOf(manager.getScheme());
        return scheme.startsWith("redis")
                ? manager.toString()
                : properties.getProperty(URI_PROPERTY, System.getProperty(URI_PROPERTY, LOCAL));
    }

    synchronized ExecutorService loads() {
        if (loads == null) {
            loads = Executors.newCachedThreadPool(work -> {
                Thread thread = new Thread(work, "keywright-jcache-load");
                thread.setDaemon(true);
                return thread;
            });
        }
        return loads;
    }

    synchronized void forget(KeywrightCacheManager manager) {
        managers.getOrDefault(manager.getClassLoader(), new HashMap<>()).remove(manager.getURI());
    }

    @Override
    public void close() {
        managers(null, null).forEach(KeywrightCacheManager::close);
        synchronized (this) {
            connections.values().forEach(Connection::close);
            connections.clear();
            if (loads != null) {
                loads.shutdown();
                loads = null;
            }
        }
    }

    @Override
    public void close(ClassLoader loader) {
        managers(loader, null).forEach(KeywrightCacheManager::close);
    }

    @Override
    public void close(URI uri, ClassLoader loader) {
        managers(loader, uri).forEach(KeywrightCacheManager::close);
    }

    private synchronized List<KeywrightCacheManager> managers(@Nullable ClassLoader loader, @Nullable URI uri) {
        List<KeywrightCacheManager> found = new ArrayList<>();
        managers.forEach((from, byUri) -> byUri.forEach((at, manager) -> {
            if ((loader == null || loader.equals(from)) && (uri == null || uri.equals(at))) {
                found.add(manager);
            }
        }));
        return found;
    }

    @Override
    public boolean isSupported(OptionalFeature feature) {
        return false; // entries live in Redis and are never stored by reference
    }
}
